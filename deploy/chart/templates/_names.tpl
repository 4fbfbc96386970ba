{{/* Prefix of the names of everything in the release's namespace. */}}
{{- define "ovc.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/*
Prefix of the names of what is in no namespace, or in the namespaces of instances. The operator's id makes it unique:
Helm refuses a second installation with the same id, because these names belong to the first.
*/}}
{{- define "ovc.clusterName" -}}
{{- printf "open-vcluster-%s" .Values.operatorId -}}
{{- end -}}

{{/* Name of a program's ServiceAccount: (list . "operator"). */}}
{{- define "ovc.serviceAccount" -}}
{{- $root := index . 0 -}}{{- $program := index . 1 -}}
{{- $account := (index $root.Values $program).serviceAccount -}}
{{- if $account.name -}}
{{- $account.name -}}
{{- else if $account.create -}}
{{- printf "%s-%s" (include "ovc.fullname" $root) $program -}}
{{- else -}}
{{- fail (printf "%s.serviceAccount.name is empty: with create=false it names the ServiceAccount that exists" $program) -}}
{{- end -}}
{{- end -}}

{{/* Labels by which the pods of a program are selected: (list . "operator"). They never change. */}}
{{- define "ovc.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ default $root.Chart.Name $root.Values.nameOverride }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* Labels of every object: (list . "operator"). */}}
{{- define "ovc.labels" -}}
{{- $root := index . 0 -}}
{{ include "ovc.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name ($root.Chart.Version | replace "+" "_") }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "ovc.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default .Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}
