{{/*
Refuses an installation that would work where another does. Renders nothing. Where nothing can be looked up, as in
"helm template", the operator itself stops.
*/}}
{{- define "ovc.refuseOverlap" -}}
{{- $own := printf "%s-operator-instances" (include "ovc.clusterName" .) -}}
{{- $reaches := (lookup "rbac.authorization.k8s.io/v1" "ClusterRoleBinding" "" "").items | default list -}}
{{- if not .Values.watchNamespaces -}}
{{- $reaches = concat $reaches ((lookup "rbac.authorization.k8s.io/v1" "RoleBinding" "" "").items | default list) -}}
{{- end -}}
{{- range $reaches -}}
{{- if and (regexMatch "^open-vcluster-.+-operator-instances$" .roleRef.name) (ne .roleRef.name $own) -}}
{{- $id := .roleRef.name | trimPrefix "open-vcluster-" | trimSuffix "-operator-instances" -}}
{{- $where := ternary (printf "namespace %v" .metadata.namespace) "all namespaces" (hasKey .metadata "namespace") -}}
{{- fail (printf "the installation with operatorId %s works for %s already: give both watchNamespaces that differ, or uninstall one" $id $where) -}}
{{- end -}}
{{- end -}}
{{- end -}}
