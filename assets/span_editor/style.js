// Adds a style sheet to the page, once; resolves when it counts.

export function addStyle(url) {
  const known = [...document.styleSheets].some((sheet) => sheet.href === url.href);
  if (known) return Promise.resolve();
  return new Promise((done) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = url.href;
    link.addEventListener('load', done);
    link.addEventListener('error', done);
    document.head.append(link);
  });
}
