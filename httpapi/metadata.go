package httpapi

// An idAnswer names the cluster: for clients of the reference it stands for the Kafka cluster and the group behind it.
type idAnswer struct {
	Scope scopeAnswer `json:"scope"`
	ID    string      `json:"id"`
}

type scopeAnswer struct {
	Path     []string          `json:"path"`
	Clusters map[string]string `json:"clusters"`
}

// A releaseAnswer says what is running.
type releaseAnswer struct {
	Version string `json:"version"`
	Commit  string `json:"commitId"`
}

// A deploymentAnswer lists attributes of the deployment.
type deploymentAnswer struct {
	Attributes []string `json:"attributes"`
}

// root answers GET / and POST /, which clients use to see whether somebody is there.
func root(c *call) error { return c.reply(struct{}{}) }

// getClusterID answers GET /v1/metadata/id.
func getClusterID(c *call) error {
	return c.reply(idAnswer{Scope: scopeAnswer{
		Path:     []string{},
		Clusters: map[string]string{"kafka-cluster": c.cfg.Cluster, "schema-registry-cluster": c.cfg.Cluster},
	}})
}

// getRelease answers GET /v1/metadata/version.
func getRelease(c *call) error { return c.reply(releaseAnswer{c.cfg.Version, c.cfg.Commit}) }

// getDeployment answers GET /v1/metadata/deployment.
func getDeployment(c *call) error { return c.reply(deploymentAnswer{[]string{}}) }
