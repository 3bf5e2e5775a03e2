// A QR code as the server draws it: one path on a square.

/** @param {{size: number, path: string}} code @param {string} label what it holds, for those who do not see it */
export function qrCode(code, label) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", `0 0 ${code.size} ${code.size}`);
  svg.setAttribute("class", "qr");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  path.setAttribute("d", code.path);
  svg.append(path);
  return svg;
}
