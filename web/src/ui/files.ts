/** Hand a file to the browser's downloads. */
export function download(name: string, content: Blob | string, type = "text/plain"): void {
  const blob = typeof content === "string" ? new Blob([content], { type: `${type};charset=utf-8` }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(url); }, 10_000);
}

/** Put text on the clipboard; false where the browser does not allow it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The canvas on the colour of its panel, as PNG. */
export function pictureOf(canvas: HTMLCanvasElement, background: string): Promise<Blob | null> {
  const sheet = document.createElement("canvas");
  sheet.width = canvas.width;
  sheet.height = canvas.height;
  const paint = sheet.getContext("2d");
  if (!paint) return Promise.resolve(null);
  paint.fillStyle = background;
  paint.fillRect(0, 0, sheet.width, sheet.height);
  paint.drawImage(canvas, 0, 0);
  return new Promise((resolve) => { sheet.toBlob(resolve, "image/png"); });
}
