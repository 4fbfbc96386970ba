import { readFileSync } from "node:fs";

/** Kernel ticks of CPU time in a second (`getconf CLK_TCK`, 100 on every Linux that Node runs on). */
const TICKS_PER_SECOND = 100;
/** Positions of utime and stime behind the program's name in /proc/PID/stat. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** CPU time that a process has used, seconds. */
export function cpuSecondsOf(pid: number): number {
  const text = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
}

/** Memory that a process holds, bytes (VmRSS). */
export function residentBytesOf(pid: number): number {
  return statusBytesOf(pid, "VmRSS");
}

/** The most memory that a process ever held, bytes (VmHWM). */
export function peakBytesOf(pid: number): number {
  return statusBytesOf(pid, "VmHWM");
}

function statusBytesOf(pid: number, entry: string): number {
  const text = readFileSync(`/proc/${String(pid)}/status`, "utf8");
  return Number(new RegExp(`${entry}:\\s+(\\d+)`).exec(text)?.[1]) * 1_024;
}
