package httpapi

import "net/http"

// A route is one line of the API.
type route struct {
	method, pattern string
	serve           handler
}

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	remove = http.MethodDelete
)

// routes is the API in JSON. Every pattern but the first four also stands below /contexts/{context}, see rewrite.
// Exporters, associations and the DEK registry are not served: they lead nowhere, as any other path, and that is 404.
// What the surroundings of a process ask is in mountOperations.
var routes = []route{
	{get, "/", root},
	{post, "/", root},
	{get, "/contexts", listContexts},
	{remove, "/contexts/{context}", deleteContext},

	{get, "/subjects", listSubjects},
	{post, "/subjects/{subject}", lookUp},
	{remove, "/subjects/{subject}", deleteSubject},
	{get, "/subjects/{subject}/metadata", findByMetadata},
	{get, "/subjects/{subject}/versions", listVersions},
	{post, "/subjects/{subject}/versions", register},
	{get, "/subjects/{subject}/versions/{version}", getVersion},
	{remove, "/subjects/{subject}/versions/{version}", deleteVersion},
	{get, "/subjects/{subject}/versions/{version}/schema", getVersionText},
	{get, "/subjects/{subject}/versions/{version}/referencedby", listReferrers},
	{get, "/subjects/{subject}/versions/{version}/diff/{to}", diffVersions},
	{post, "/subjects/{subject}/versions/{version}/tags", changeTags},
	{get, "/subjects/{subject}/labels", listLabels},
	{get, "/subjects/{subject}/versions/{version}/labels/{label}", getLabel},
	{put, "/subjects/{subject}/versions/{version}/labels/{label}", setLabel},
	{remove, "/subjects/{subject}/versions/{version}/labels/{label}", clearLabel},

	{get, "/schemas", listSchemas},
	{get, "/schemas/types", listTypes},
	{get, "/schemas/ids/{id}", getSchema},
	{get, "/schemas/ids/{id}/schema", getSchemaText},
	{get, "/schemas/ids/{id}/subjects", listHolderSubjects},
	{get, "/schemas/ids/{id}/versions", listHolderVersions},
	{get, "/schemas/guids/{guid}", getSchemaByGUID},
	{get, "/schemas/guids/{guid}/ids", listIDsOfGUID},

	{get, "/config", getConfig(ofGlobal)},
	{put, "/config", setConfig(ofGlobal)},
	{remove, "/config", clearConfig(ofGlobal)},
	{get, "/config/{subject}", getConfig(ofSubject)},
	{put, "/config/{subject}", setConfig(ofSubject)},
	{remove, "/config/{subject}", clearConfig(ofSubject)},

	{get, "/mode", getMode(ofGlobal)},
	{put, "/mode", setMode(ofGlobal)},
	{remove, "/mode", clearMode(ofGlobal)},
	{get, "/mode/{subject}", getMode(ofSubject)},
	{put, "/mode/{subject}", setMode(ofSubject)},
	{remove, "/mode/{subject}", clearMode(ofSubject)},

	{get, "/envelopes/types", listEventTypes},
	{get, "/envelopes/types/{type}", getEventType},
	{put, "/envelopes/types/{type}", setEventType},
	{remove, "/envelopes/types/{type}", clearEventType},
	{get, "/envelopes/aliases", listAliases},
	{get, "/envelopes/aliases/{system}/{externalId}", getAlias},
	{put, "/envelopes/aliases/{system}/{externalId}", setAlias},
	{remove, "/envelopes/aliases/{system}/{externalId}", clearAlias},

	{get, "/v1/metadata/id", getClusterID},
	{get, "/v1/metadata/version", getRelease},
	{get, "/v1/metadata/deployment", getDeployment},
}

// reports are the routes in JSON that also answer with a report.
var reports = []route{
	{post, "/compatibility/subjects/{subject}/versions", checkLevel},
	{post, "/compatibility/subjects/{subject}/versions/{version}", checkVersion},
	{post, "/checks", checkAll},
}

// others answer in types of their own, whatever the client accepts.
var others = []route{
	{get, "/events", streamEvents},
	{get, "/openapi.yaml", getOpenAPI},
	{get, "/envelopes/limits", getLimits},
	{post, "/envelopes/validate", messages(verbValidate)},
	{post, "/envelopes/decode", messages(verbDecode)},
	{post, "/envelopes/encode", messages(verbEncode)},
	{post, "/envelopes/upcast", messages(verbUpcast)},
	{post, "/envelopes/inspect", messages(verbInspect)},
}
