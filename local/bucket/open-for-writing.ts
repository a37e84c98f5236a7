import { readdir, readFile, readlink } from "node:fs/promises";

/** https://man7.org/linux/man-pages/man2/open.2.html: O_ACCMODE, of which O_RDONLY is 0. */
const ACCESS_MODE = 0o3;

/**
 * The files that a process of this user has open for writing, by their absolute paths without
 * links; none where there is no /proc (https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html).
 */
export async function filesOpenForWriting(): Promise<ReadonlySet<string>> {
  const processes = (await namesIn("/proc")).filter((name) => /^\d+$/.test(name));
  const files = await Promise.all(processes.map((id) => openInProcess(`/proc/${id}`)));
  return new Set(files.flat());
}

async function openInProcess(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const name of await namesIn(`${folder}/fd`)) {
    const file = await readlink(`${folder}/fd/${name}`).catch(() => "");
    if (file.startsWith("/") && (await isWritable(`${folder}/fdinfo/${name}`))) files.push(file);
  }
  return files;
}

async function isWritable(info: string): Promise<boolean> {
  const text = await readFile(info, "utf8").catch(() => "");
  const flags = /^flags:\s+([0-7]+)$/m.exec(text)?.[1] ?? "0";
  return (Number.parseInt(flags, 8) & ACCESS_MODE) !== 0;
}

/** Of others' processes nothing can be seen, and some end while they are looked at. */
function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
