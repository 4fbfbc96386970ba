// Command gitops-health says what GitOps tools make of objects, with the tools' own code: the health of Argo CD with its
// Lua virtual machine, the status of kstatus as Flux uses it, and whether Argo CD finds an object different from what Git
// asks for. It reads a question as JSON from standard input and writes one verdict for each object.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/argoproj/gitops-engine/pkg/diff"
	"github.com/argoproj/gitops-engine/pkg/health"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

type question struct {
	// HealthScripts by group/kind, as the keys of argocd-cm spell them.
	HealthScripts map[string]string `json:"healthScripts"`
	Objects       []subject         `json:"objects"`
}

type subject struct {
	Live map[string]any `json:"live"`
	// Desired is what Git holds; absent where only health is asked.
	Desired map[string]any `json:"desired"`
}

type verdict struct {
	ArgoCD  outcome `json:"argocd"`
	Kstatus outcome `json:"kstatus"`
	// Differs is Argo CD's OutOfSync.
	Differs bool `json:"differs"`
}

type outcome struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return fmt.Errorf("the question is not JSON: %w", err)
	}
	overrides := lua.ResourceHealthOverrides{}
	for key, script := range asked.HealthScripts {
		overrides[key] = v1alpha1.ResourceOverride{HealthLua: script}
	}
	verdicts := make([]verdict, 0, len(asked.Objects))
	for _, one := range asked.Objects {
		found, err := judge(one, overrides)
		if err != nil {
			return err
		}
		verdicts = append(verdicts, found)
	}
	return json.NewEncoder(os.Stdout).Encode(verdicts)
}

func judge(one subject, overrides health.HealthOverride) (verdict, error) {
	live, err := object(one.Live)
	if err != nil {
		return verdict{}, err
	}
	var found verdict
	argo, err := health.GetResourceHealth(live, overrides)
	if err != nil {
		return verdict{}, err
	}
	if argo != nil {
		found.ArgoCD = outcome{Status: string(argo.Status), Message: argo.Message}
	}
	computed, err := status.Compute(live)
	if err != nil {
		return verdict{}, err
	}
	found.Kstatus = outcome{Status: string(computed.Status), Message: computed.Message}
	if one.Desired != nil {
		desired, err := object(one.Desired)
		if err != nil {
			return verdict{}, err
		}
		result, err := diff.Diff(desired, live)
		if err != nil {
			return verdict{}, err
		}
		found.Differs = result.Modified
	}
	return found, nil
}

// object decodes as a client does, so that whole numbers are int64.
func object(content map[string]any) (*unstructured.Unstructured, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	found := &unstructured.Unstructured{}
	return found, found.UnmarshalJSON(text)
}
