import type { DescFile } from "@bufbuild/protobuf";
import { file_vcluster_api_v1_operation } from "./gen/vcluster/api/v1/operation_pb.ts";
import { file_vcluster_api_v1_operation_service } from "./gen/vcluster/api/v1/operation_service_pb.ts";
import { file_vcluster_api_v1_restore_plan } from "./gen/vcluster/api/v1/restore_plan_pb.ts";
import { file_vcluster_api_v1_snapshot } from "./gen/vcluster/api/v1/snapshot_pb.ts";
import { file_vcluster_api_v1_snapshot_service } from "./gen/vcluster/api/v1/snapshot_service_pb.ts";
import { file_vcluster_api_v1_vcluster } from "./gen/vcluster/api/v1/vcluster_pb.ts";
import { file_vcluster_api_v1_vcluster_service } from "./gen/vcluster/api/v1/vcluster_service_pb.ts";

/** Every file of the contract, in the order in which it is read. */
export const CONTRACT_FILES: readonly DescFile[] = [
  file_vcluster_api_v1_vcluster,
  file_vcluster_api_v1_vcluster_service,
  file_vcluster_api_v1_operation,
  file_vcluster_api_v1_operation_service,
  file_vcluster_api_v1_snapshot,
  file_vcluster_api_v1_snapshot_service,
  file_vcluster_api_v1_restore_plan,
];
