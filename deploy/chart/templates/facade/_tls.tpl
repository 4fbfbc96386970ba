{{- define "ovc.tlsEnabled" -}}
{{- if ne .Values.facade.tls.mode "off" }}true{{ end -}}
{{- end -}}

{{- define "ovc.tlsSecret" -}}
{{- $tls := .Values.facade.tls -}}
{{- if eq $tls.mode "secret" -}}
{{- required "facade.tls.secretName is empty: mode secret takes the certificate from it" $tls.secretName -}}
{{- else -}}
{{- printf "%s-facade-tls" (include "ovc.fullname" .) -}}
{{- end -}}
{{- end -}}

{{/* DNS names of the certificate, as a YAML list. */}}
{{- define "ovc.tlsNames" -}}
{{- $service := printf "%s-facade" (include "ovc.fullname" .) -}}
{{- $names := list
  $service
  (printf "%s.%s" $service .Release.Namespace)
  (printf "%s.%s.svc" $service .Release.Namespace)
  (printf "%s.%s.svc.cluster.local" $service .Release.Namespace)
-}}
{{- with .Values.facade.ingress -}}
{{- if .enabled -}}{{- $names = concat $names (compact (list .grpc.host .web.host)) -}}{{- end -}}
{{- end -}}
{{- concat $names .Values.facade.tls.extraNames | uniq | toYaml -}}
{{- end -}}

{{- define "ovc.pageTokenSecret" -}}
{{- default (printf "%s-facade-page-tokens" (include "ovc.fullname" .)) .Values.facade.pageTokens.secretName -}}
{{- end -}}
