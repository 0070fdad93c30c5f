/** Hands a file that the page holds to the browser's downloads. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by the next turn of the loop; the address is of no use after it.
  setTimeout(() => URL.revokeObjectURL(url));
}
