package httpapi

import (
	_ "embed"
)

// openAPI describes the API; a test holds it against the routes and against every exchange of the other tests.
//
//go:embed openapi.yaml
var openAPI string

// mediaYAML is the type of the OpenAPI document.
const mediaYAML = "application/yaml"

// getOpenAPI answers GET /openapi.yaml.
func getOpenAPI(c *call) error {
	c.preset(noStore)
	c.w.Header().Set("Content-Type", mediaYAML)
	c.length(len(openAPI))
	_, err := c.w.Write([]byte(openAPI))
	return quiet(err)
}
