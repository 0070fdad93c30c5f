/** Names of files in a package, as the server takes them. */
const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;
const LONGEST = 120;

/** What is wrong with a file's name; null when nothing is. */
export function pathProblem(path: string, taken: readonly string[], own?: string): string | null {
  const name = path.trim();
  if (!name) return "请写文件名。";
  const isGood =
    name.length <= LONGEST &&
    !name.startsWith("uses/") &&
    name.split("/").every((part) => SEGMENT.test(part));
  if (!isGood) return "只用字母、数字、“-”“_”“.”，文件夹用“/”隔开，如 criteria/extra.toml。";
  if (name !== own && taken.includes(name)) return `已有文件 ${name}。`;
  return null;
}

/** The first line of a new file: an empty file says nothing of what belongs in it. */
export function starterOf(path: string): string {
  return path.endsWith(".csv") ? "code,name,parent\n" : path.endsWith(".md") ? "# 说明\n" : `# ${path}\n`;
}
