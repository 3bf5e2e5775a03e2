// A worker that keeps the time for a page that may be in the background. The page says once how often.
addEventListener("message", (e) => setInterval(() => postMessage(0), e.data));
