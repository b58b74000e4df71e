package event

import (
	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// The codes of findings. They are public and stay.
const (
	IDMissing      = "ENV_ID_MISSING"
	IDFormat       = "ENV_ID_FORMAT"
	TypeMissing    = "ENV_TYPE_MISSING"
	TypeFormat     = "ENV_TYPE_FORMAT"
	TimeMissing    = "ENV_TIME_MISSING"
	TimeFormat     = "ENV_TIME_FORMAT"
	TimeFuture     = "ENV_TIME_FUTURE" // a warning from five minutes on, an error beyond the limit
	TimePast       = "ENV_TIME_PAST"
	SourceMissing  = "ENV_SOURCE_MISSING"
	SourceFormat   = "ENV_SOURCE_FORMAT"
	VersionSyntax  = "ENV_VERSION_SYNTAX"
	SpecVersion    = "ENV_SPEC_VERSION"
	TraceFormat    = "ENV_TRACE_FORMAT"    // a warning: what traces must not stop what is traced
	CausationSelf  = "ENV_CAUSATION_SELF"  // a warning
	DuplicateKey   = "ENV_DUP_KEY"         // a member twice: the same name, another spelling, or another case
	AttributeName  = "ENV_ATTR_NAME"       // no name of a CloudEvents attribute, or a known member's in another case
	AttributeType  = "ENV_ATTR_TYPE"       // a value that its attribute cannot have
	DataMissing    = "ENV_DATA_MISSING"    // neither data nor a reference to them; of a CloudEvent a warning
	DataXOR        = "ENV_DATA_XOR"        // data in two ways
	RefFormat      = "ENV_REF_FORMAT"      // a dataRef that cannot be read
	RefUnverified  = "ENV_REF_UNVERIFIED"  // a scheme that is not allowed, or, a warning, no sha256
	SchemaForeign  = "ENV_SCHEMA_FOREIGN"  // a warning: a dataschema that names no schema of a registry
	NotObject      = "ENV_NOT_OBJECT"      // JSON, but no event
	SizeLimit      = "ENV_SIZE_LIMIT"      // over the broker's default limit
	SizeWarn       = "ENV_SIZE_WARN"       // a warning: over 80 % of it
	BindingUnknown = "ENV_BINDING_UNKNOWN" // a broker of which no limit is known
)

// at returns the path of an envelope's member.
func at(name string) string { return token.JoinPath("envelope", name) }

func errorf(code, name, format string, args ...any) verdict.Finding {
	return verdict.Errorf(code, at(name), format, args...)
}

func warningf(code, name, format string, args ...any) verdict.Finding {
	return verdict.Warningf(code, at(name), format, args...)
}
