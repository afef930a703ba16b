// Verdicts of the API server's own code on Bottles, for test/schemas/crd.test.ts.
//
// Usage: go run . bottle.crd.yaml < cases.json; prints a JSON list, "" for accepted, else why not.
// It accepts the definition as the API server does (structural schema, CEL compilation, cost budget), then takes each case
// the way of a request: unknown fields, nulls, defaults, the strategy's Validate or ValidateUpdate.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	crdvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

type testCase struct {
	Old map[string]any `json:"old"`
	New map[string]any `json:"new"`
}

func fail(what string, err any) {
	fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
	os.Exit(1)
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail("read", err)
	}
	var given v1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(text, &given); err != nil {
		fail("the definition is no CustomResourceDefinition", err)
	}
	scheme := runtime.NewScheme()
	install.Install(scheme)
	scheme.Default(&given)
	var crd apiextensions.CustomResourceDefinition
	if err := scheme.Convert(&given, &crd, nil); err != nil {
		fail("convert", err)
	}
	crd.Status.StoredVersions = []string{"v1alpha1"}
	if errs := crdvalidation.ValidateCustomResourceDefinition(context.Background(), &crd); len(errs) > 0 {
		fail("the definition is refused", errs.ToAggregate())
	}
	// With one version, the internal form keeps the schema at the top.
	props := crd.Spec.Validation
	structural, err := schema.NewStructural(props.OpenAPIV3Schema)
	if err != nil {
		fail("structural", err)
	}
	validator, _, err := validation.NewSchemaValidator(props.OpenAPIV3Schema)
	if err != nil {
		fail("validator", err)
	}
	server := &server{structural, validator, cel.NewValidator(structural, true, celconfig.PerCallLimit)}

	var cases []testCase
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		fail("read", err)
	}
	// As a request is decoded: whole numbers are integers.
	if err := utiljson.Unmarshal(input, &cases); err != nil {
		fail("cases", err)
	}
	verdicts := make([]string, 0, len(cases))
	for _, each := range cases {
		verdicts = append(verdicts, server.judge(each))
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fail("write", err)
	}
}

type server struct {
	structural *schema.Structural
	validator  validation.SchemaValidator
	rules      *cel.Validator
}

func (s *server) judge(each testCase) string {
	object, why := s.read(each.New)
	if why != "" {
		return why
	}
	var old *unstructured.Unstructured
	if each.Old != nil {
		if old, why = s.read(each.Old); why != "" {
			return "old: " + why
		}
	}
	errs := metavalidation.ValidateObjectMetaAccessor(object, true, metavalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	errs = append(errs, validation.ValidateCustomResource(nil, object.Object, s.validator)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, s.structural, object.Object)...)
	// The rules are only asked of what is well formed.
	if len(errs) == 0 {
		var before any
		if old != nil {
			before = old.Object
		}
		broken, _ := s.rules.Validate(context.Background(), nil, s.structural, object.Object, before, celconfig.RuntimeCELCostBudget)
		errs = append(errs, broken...)
	}
	if len(errs) == 0 {
		return ""
	}
	return errs.ToAggregate().Error()
}

// As a request is read: unknown fields first, then nulls, then defaults. status has an endpoint of its own.
func (s *server) read(object map[string]any) (*unstructured.Unstructured, string) {
	delete(object, "status")
	unknown := pruning.PruneWithOptions(object, s.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	if len(unknown) > 0 {
		return nil, "unknown field " + strings.Join(unknown, ", ")
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(object, s.structural)
	defaulting.Default(object, s.structural)
	if _, ok := object["metadata"].(map[string]any); !ok {
		return nil, "metadata is no object"
	}
	u := &unstructured.Unstructured{Object: object}
	u.SetNamespace("default")
	return u, ""
}
