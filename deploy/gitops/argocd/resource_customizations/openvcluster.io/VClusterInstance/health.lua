local health = { status = "Progressing", message = "Waiting for the operator" }
if obj.status == nil or obj.status.conditions == nil then
  return health
end

local conditions = {}
for _, condition in ipairs(obj.status.conditions) do
  conditions[condition.type] = condition
end

local ready = conditions["Ready"]
if ready == nil or ready.observedGeneration ~= obj.metadata.generation then
  return health
end

health.message = ready.reason .. ": " .. ready.message
if ready.status == "True" then
  health.status = "Healthy"
  if ready.reason == "Suspended" then
    health.status = "Suspended"
  end
-- Nobody works on it any more, or what it needs to run does not come by waiting.
elseif conditions["Reconciling"] == nil or obj.status.phase == "Error" then
  health.status = "Degraded"
end
return health
