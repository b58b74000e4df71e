package registry

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Clients match on numbers and texts.
func TestErrors(t *testing.T) {
	t.Parallel()
	s := Subject{".ctx", "s"}
	got := map[string]int{}
	for _, e := range []*Error{
		subjectNotFound(s), versionNotFound(LatestVersion), schemaNotFound(), idNotFound(7), subjectSoftDeleted(s),
		subjectNotSoftDeleted(s), versionSoftDeleted(s, 1), versionNotSoftDeleted(s, 1), configNotFound(s), modeNotFound(s),
		invalidVersion("x"), invalidLevel(), invalidMode(), invalidPolicy(errors.New("there is no x")),
		invalidResolution(errors.New("there is no y")), referenceExists(s, 2), invalidSubject(s), contextNotEmpty(".ctx"),
		aliasNotFound(".ctx", "glue", "7"), emptyName("label"),
	} {
		got[fmt.Sprintf("%d %s", e.Code, e)] = e.Code.HTTPStatus()
	}
	want := map[string]int{
		"40401 Subject ':.ctx:s' not found.":                              404,
		`40411 The ID "7" of system "glue" has no alias in context .ctx.`: 404,
		"422 The label is empty.":                                         422,
		"40402 Version -1 not found.":                                     404,
		"40403 Schema not found":                                          404,
		"40403 Schema 7 not found":                                        404,
		"40404 Subject ':.ctx:s' was soft deleted.Set permanent=true to delete permanently":                                                               404,
		"40405 Subject ':.ctx:s' was not deleted first before being permanently deleted":                                                                  404,
		"40406 Subject ':.ctx:s' Version 1 was soft deleted.Set permanent=true to delete permanently":                                                     404,
		"40407 Subject ':.ctx:s' Version 1 was not deleted first before being permanently deleted":                                                        404,
		"40408 Subject ':.ctx:s' does not have subject-level compatibility configured":                                                                    404,
		"40409 Subject ':.ctx:s' does not have subject-level mode configured":                                                                             404,
		`42202 The specified version 'x' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`:                       422,
		"42203 Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive": 422,
		"42204 Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.":                                                                   422,
		"42206 One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=:.ctx:s,version=2}.":                                            422,
		"42208 The specified subject ':.ctx:s' is not a valid.":                                                                                           422,
		"42290 Invalid policies: there is no x":                                                                                                           422,
		"42291 Invalid resolution: there is no y":                                                                                                         422,
		"42211 The specified context ':.ctx:' is not empty.":                                                                                              422,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := Code(409).HTTPStatus(); got != 409 {
		t.Errorf("the code of old clients has status %d", got)
	}
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk")
	for err, want := range map[error]bool{
		idNotFound(1):                              true,
		fmt.Errorf("read: %w", idNotFound(1)):      true,
		invalidMode():                              false,
		&Error{Code: StoreUnavailable, Err: cause}: false,
		cause: false,
	} {
		if got := notFound(err); got != want {
			t.Errorf("notFound(%v) = %t", err, got)
		}
	}
	if !errors.Is(&Error{Code: StoreUnavailable, Err: cause}, cause) {
		t.Error("an Error hides its cause")
	}
}
