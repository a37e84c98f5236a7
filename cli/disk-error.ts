const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full. Free some space, and try again",
  EDQUOT: "your quota of the disk is used up. Free some space, and try again",
  EROFS: "the disk is read-only. Use a copy of the repository on one that can be written",
  EACCES: "permission denied. Make it yours, or use a copy of the repository that is",
  EPERM: "this is not permitted. Make it yours, or use a copy of the repository that is",
  EMFILE: "too many files are open. Raise the limit: ulimit -n 4096",
};

/**
 * What a person can do about a file or folder that cannot be used (codes:
 * https://man7.org/linux/man-pages/man3/errno.3.html); undefined for any other error.
 */
export function describeDiskError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return undefined;
  const reason = REASONS[String(error.code)];
  if (reason === undefined) return undefined;
  const path = "path" in error && typeof error.path === "string" ? error.path : "A file";
  // Ports below 1024 are told the same code.
  if (error.syscall === "listen" || error.syscall === "connect") return undefined;
  return `${path} cannot be used: ${reason}.`;
}
