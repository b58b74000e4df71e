package event_test

import (
	"fmt"
	"time"

	"github.com/treatyhq/treaty/envelope/event"
)

func Example() {
	body := []byte(`{"specversion":"1.0","id":"7","source":"/shop","type":"com.example.placed","time":"2026-01-02T3:04:05Z",
		"dataschema":"https://registry.example.com/subjects/orders-value/versions/3","data":{"qty":3}}`)
	e, findings := event.ParseStructured(body)
	findings = append(findings, e.Check(event.Rules{}, time.Now())...)
	for _, f := range findings {
		fmt.Println(f.Code, f.Path, "-", f.Message)
	}
	name, _ := e.SchemaName()
	fmt.Println(name.Subject, name.Version, string(e.Data))
	e.Form = event.Kafka
	headers, value := e.Message()
	fmt.Printf("%d headers, %s: %s, value %s\n", len(headers), headers[1].Name, headers[1].Value, value)
	// Output:
	// ENV_TIME_FORMAT envelope.time - time is "2026-01-02T3:04:05Z", which is not a time of RFC 3339
	// orders-value 3 {"qty":3}
	// 7 headers, ce_id: 7, value {"qty":3}
}
