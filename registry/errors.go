package registry

import (
	"errors"
	"fmt"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// A Code says which refusal an [Error] is. The numbers are the reference's; clients match on them.
type Code int

// The codes. Their first three digits are the HTTP status.
const (
	SubjectNotFound       Code = 40401
	VersionNotFound       Code = 40402
	SchemaNotFound        Code = 40403
	SubjectSoftDeleted    Code = 40404
	SubjectNotSoftDeleted Code = 40405
	VersionSoftDeleted    Code = 40406
	VersionNotSoftDeleted Code = 40407
	ConfigNotFound        Code = 40408
	ModeNotFound          Code = 40409
	SettingNotFound       Code = 40411 // ours: a label, an alias, or what is set for a type of events
	Incompatible          Code = 40901
	InvalidSetting        Code = 422 // of the same
	InvalidSchema         Code = 42201
	InvalidVersion        Code = 42202
	InvalidLevel          Code = 42203
	InvalidMode           Code = 42204
	OperationNotPermitted Code = 42205
	ReferenceExists       Code = 42206
	IDDoesNotMatch        Code = 42207
	InvalidSubject        Code = 42208
	SchemaTooLarge        Code = 42209
	InvalidRuleSet        Code = 42210
	ContextNotEmpty       Code = 42211
	InvalidPolicy         Code = 42290 // ours, as the next one, far from where the reference counts on
	InvalidResolution     Code = 42291
	StoreUnavailable      Code = 50001
	RegistrationTimedOut  Code = 50002
)

// HTTPStatus returns the status that an answer with the code has: its first three digits.
func (c Code) HTTPStatus() int {
	if c < 1000 {
		return int(c)
	}
	return int(c) / 100
}

// An Error is a refusal that the client can act on. Anything else that a command returns is an internal error.
type Error struct {
	Code    Code
	Message string         // one sentence, the reference's where it has one
	Err     error          // cause, may be nil
	Report  *compat.Report // what is incompatible, with Incompatible only
}

func (e *Error) Error() string { return e.Message }

func (e *Error) Unwrap() error { return e.Err }

// refuse returns an Error with a formatted message.
func refuse(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// notFound reports whether err says that something does not exist, as far as this state knows: a state that has caught
// up with the log may know it.
func notFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code.HTTPStatus() == 404
}

func subjectNotFound(s Subject) *Error {
	return refuse(SubjectNotFound, "Subject '%s' not found.", s)
}

// versionNotFound prints the number as it was asked for, -1 for the latest.
func versionNotFound(number int) *Error {
	return refuse(VersionNotFound, "Version %d not found.", number)
}

// schemaNotFound is the answer to a look-up by text, by metadata and to lists of who holds an ID.
func schemaNotFound() *Error {
	return refuse(SchemaNotFound, "Schema not found")
}

func idNotFound(id int) *Error {
	return refuse(SchemaNotFound, "Schema %d not found", id)
}

func guidNotFound(g schema.GUID) *Error {
	return refuse(SchemaNotFound, "Schema %s not found", g)
}

func subjectSoftDeleted(s Subject) *Error {
	return refuse(SubjectSoftDeleted, "Subject '%s' was soft deleted.Set permanent=true to delete permanently", s)
}

func subjectNotSoftDeleted(s Subject) *Error {
	return refuse(SubjectNotSoftDeleted, "Subject '%s' was not deleted first before being permanently deleted", s)
}

func versionSoftDeleted(s Subject, number int) *Error {
	return refuse(VersionSoftDeleted, "Subject '%s' Version %d was soft deleted.Set permanent=true to delete permanently",
		s, number)
}

func versionNotSoftDeleted(s Subject, number int) *Error {
	return refuse(VersionNotSoftDeleted, "Subject '%s' Version %d was not deleted first before being permanently deleted",
		s, number)
}

func configNotFound(s Subject) *Error {
	return refuse(ConfigNotFound, "Subject '%s' does not have subject-level compatibility configured", s)
}

func modeNotFound(s Subject) *Error {
	return refuse(ModeNotFound, "Subject '%s' does not have subject-level mode configured", s)
}

func invalidVersion(s string) *Error {
	return refuse(InvalidVersion, "The specified version '%s' is not a valid version id. "+
		`Allowed values are between [1, 2^31-1] and the string "latest"`, s)
}

func invalidLevel() *Error {
	return refuse(InvalidLevel, "Invalid compatibility level. Valid values are none, backward, forward, full, "+
		"backward_transitive, forward_transitive, and full_transitive")
}

// invalidPolicy takes the error of [compat.ParsePolicies].
func invalidPolicy(err error) *Error {
	return &Error{Code: InvalidPolicy, Message: "Invalid policies: " + err.Error(), Err: err}
}

// invalidResolution takes the error of [compat.ParseResolution].
func invalidResolution(err error) *Error {
	return &Error{Code: InvalidResolution, Message: "Invalid resolution: " + err.Error(), Err: err}
}

func invalidMode() *Error {
	return refuse(InvalidMode, "Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.")
}

// referenceExists names the version that others refer to as the reference prints its key.
func referenceExists(s Subject, number int) *Error {
	return refuse(ReferenceExists,
		"One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=%s,version=%d}.", s, number)
}

func invalidSubject(s Subject) *Error {
	return refuse(InvalidSubject, "The specified subject '%s' is not a valid.", s)
}

// contextNotEmpty prints the context in the form that qualifies a subject.
func contextNotEmpty(context string) *Error {
	return refuse(ContextNotEmpty, "The specified context ':%s:' is not empty.", context)
}
