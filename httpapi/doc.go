// Package httpapi serves a registry over HTTP: the REST API of the Confluent Schema Registry as its clients of all
// languages use it, and what is our own beside it.
//
//	handler, err := httpapi.New(reg, httpapi.Config{})
//	http.ListenAndServe("127.0.0.1:8081", handler)
//
// routes.go is the whole API on one screen, openapi.yaml describes it, and the scripts in testdata are its manual. A
// handler decodes, asks the registry once, encodes, and returns its error; errors.go turns every error into an answer.
//
// # Where we differ from the reference
//
// What clients can see is as in release line 8 of the reference, numbers and texts of errors included, but for the
// following. Each is a defect that no client can rely on, or an addition that no client meets unasked.
//
//   - Rule sets are kept, validated and returned. The reference's community edition drops them.
//   - An ID is never given to another schema, not even after everything about it was deleted for good. There, the largest
//     one can be.
//   - GET /schemas/ids/{id}/schema of an unknown ID is 40403. There it is a server error.
//   - A descriptor and the text that it stands for are one version of a subject. There they can be two: every json_name
//     that a descriptor carries is printed, those that equal the default too. We drop these, so that the GUIDs of such
//     schemas differ from the reference's, and a text is found by its descriptor and the other way round.
//   - Answers by ID or by GUID alone may be cached, and have an ETag. They are what serializers ask for most, and what
//     they say of the content never changes.
//   - A request body that names a member twice is refused with 400, and so is one that is not UTF-8. There, the last
//     member wins; a proxy in between may well let the first one win.
//   - A number in the query that is none is 400 and says which. There it is 404, as if the path led nowhere. A query that
//     is not encoded properly is 400, too.
//   - Bodies, texts and the time spent on them are bounded, and the refusal names the bound. So are the references,
//     metadata, rules and tags that a body says beside a text: 1 MiB each.
//   - Unsafe requests that a browser sends from a page of another origin are refused with 403.
//   - JSON Schema is not served: it is no known schemaType, and GET /schemas/types leaves it out. Exporters, the DEK
//     registry and associations are not served either.
//   - While the store is out of reach, lists are answered from memory, with their age in Treaty-Stale.
//   - format=source gives the text of a version as it was submitted, comments and layout included.
//   - Settings may name policies, which refuse what the reference accepts. An unknown one is 42290. No client meets a policy
//     that nobody has turned on.
//   - An update of settings that changes nothing writes nothing. There, an empty one gives a subject settings of its own, in
//     which the level above it no longer holds: whoever misspells a member would change more than he asks for.
//   - An update of settings with members that mean nothing is carried out without them, as there; Treaty-Ignored names them.
//   - GET /events, GET /openapi.yaml, GET /healthz, GET /readyz and GET /metrics are ours.
//
// # Messages
//
// The calls below /envelopes are ours. What the page on the data plane leaves open is so:
//
//   - A verdict on frames lists the first 100,000 that are invalid. There may be more: "omitted" says how many.
//   - Frames cannot be inspected, and a framing whose bytes need headers is refused where the answer is bytes alone.
//   - A body that breaks off, or is not the gzip that it says, ends a stream with an answer of its own: BODY_TRUNCATED as the
//     last line, FRAME_TRUNCATED as the last frame.
//   - A stream that the server ends, because it shuts down or because nothing moved for two minutes, has its connection
//     dropped: an answer that ends properly is complete. A batch that was not begun to be answered is 503.
//   - net/http takes a client that closes its side of the connection for one that is gone. Its answers are not finished.
//   - Grants are looked at when a stream begins, and hold until it ends. A label that moves meanwhile is seen by lines at once
//     and by frames within 1,000 of them.
//
// Answers are written by a goroutine beside the one that reads (envelopes_output.go), so that a client may send everything
// before it reads. What it has not read waits in memory: 64 MiB of one client, 512 MiB of all, and then nothing more is read
// from it. The option rejected was to write in turns, in which such a client and the server wait for each other.
//
// # Reading requests
//
// encoding/json matches names in any case and lets the last of two equal names win, and it takes two passes. decode.go
// therefore reads bodies itself: one pass, straight into the registry's commands. The option rejected was to verify with
// one parser and to decode with another, which is slower and leaves room for the two to disagree.
//
// Subjects arrive percent-encoded, slashes included. The router sees the path as it was sent, and parameters are decoded
// behind it, once. net/http's own decoded path would have turned "a%2Fb" into two segments.
package httpapi
