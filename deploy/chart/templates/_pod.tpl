{{/*
The settings of a program as environment: helmDeadline becomes HELM_DEADLINE, a list becomes its items between commas.
*/}}
{{- define "ovc.settings" -}}
{{- range $key, $value := . }}
{{- /* Numbers of a values file are floats, which print as 4.194304e+06. */}}
- name: {{ $key | snakecase | upper }}
  value: {{ if kindIs "slice" $value }}{{ join "," $value | quote }}{{ else if kindIs "float64" $value }}{{ $value | int64 | toString | quote }}{{ else }}{{ $value | toString | quote }}{{ end }}
{{- end }}
{{- end -}}

{{- define "ovc.podName" -}}
- name: POD_NAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
{{- end -}}

{{/* What every container may do, and no more. */}}
{{- define "ovc.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
privileged: false
readOnlyRootFilesystem: true
{{- end -}}

{{- define "ovc.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "ovc.probes" -}}
startupProbe:
  httpGet: { path: /healthz, port: health }
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /healthz, port: health }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: { path: /readyz, port: health }
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 3
{{- end -}}

{{/* Where the pods of a program run: (list . "operator"). */}}
{{- define "ovc.placement" -}}
{{- $root := index . 0 -}}{{- $program := index . 1 -}}{{- $values := index $root.Values $program -}}
{{- with default $root.Values.priorityClassName $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
affinity:
  {{- if $values.affinity }}
  {{- toYaml $values.affinity | nindent 2 }}
  {{- else }}
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "ovc.selector" . | nindent 14 }}
  {{- end }}
topologySpreadConstraints:
  {{- $own := dict "matchLabels" (include "ovc.selector" . | fromYaml) }}
  {{- $zones := dict "maxSkew" 1 "topologyKey" "topology.kubernetes.io/zone" "whenUnsatisfiable" "ScheduleAnyway" }}
  {{- range default (list $zones) $values.topologySpreadConstraints }}
  - {{- toYaml (merge (dict) . (dict "labelSelector" $own)) | nindent 4 }}
  {{- end }}
{{- end -}}
