/**
 * The report's only script: sort, find, open all, theme. The page is whole without it. Plain text of a browser script, which
 * the page's policy names by its hash.
 */
export const script = `'use strict';
(() => {
  const show = (id) => { const e = document.getElementById(id); if (e) e.hidden = false; return e; };
  const theme = show('theme');
  if (theme) theme.addEventListener('click', () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  });
  const findings = [...document.querySelectorAll('details.finding')];
  const all = show('open-all');
  if (all) all.addEventListener('click', () => {
    const open = !findings.every((f) => f.open);
    findings.forEach((f) => { f.open = open; });
    all.textContent = open ? 'Close all' : 'Open all';
  });
  const filter = show('filter');
  if (filter) filter.addEventListener('input', () => {
    const words = filter.value.toLowerCase();
    findings.forEach((f) => { f.hidden = words !== '' && !(f.id + ' ' + f.textContent).toLowerCase().includes(words); });
  });
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === 'DETAILS') { target.hidden = false; target.open = true; target.scrollIntoView(); }
  };
  addEventListener('hashchange', reveal);
  reveal();
  const key = (row, at) => { const c = row.cells[at]; return c.dataset.sort === undefined ? c.textContent : Number(c.dataset.sort); };
  document.querySelectorAll('table.sortable').forEach((table) => {
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') !== 'ascending';
        [...table.tHead.rows[0].cells].forEach((c) => c.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        const body = table.tBodies[0];
        const rows = [...body.rows].sort((a, b) => { const x = key(a, at), y = key(b, at); return (x < y ? -1 : x > y ? 1 : 0) * (up ? 1 : -1); });
        body.append(...rows);
      });
    });
  });
})();
`
