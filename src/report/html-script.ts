/**
 * The report's only script: sort, find, open all, theme. The page is whole without it, and browsers open the finding a link
 * leads to by themselves. Plain text of a browser script, which the page's policy names by its hash.
 */
export const script = `'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;
  const theme = byId('theme');
  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const name = () => { theme.textContent = isDark() ? 'Light' : 'Dark'; };
  theme.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; name(); });
  theme.hidden = false;
  name();

  const findings = [...document.querySelectorAll('details.finding')];
  if (findings.length > 0) {
    byId('controls').hidden = false;
    const all = byId('open-all');
    all.addEventListener('click', () => {
      const open = !findings.every((f) => f.open);
      findings.forEach((f) => { f.open = open; });
    });
    const label = () => { all.textContent = findings.every((f) => f.open) ? 'Close all' : 'Open all'; };
    findings.forEach((f) => f.addEventListener('toggle', label));
    const filter = byId('filter');
    const texts = new Map();
    const textOf = (f) => {
      if (!texts.has(f)) texts.set(f, (f.querySelector('.body').id + ' ' + f.textContent).toLowerCase());
      return texts.get(f);
    };
    filter.addEventListener('input', () => {
      const words = filter.value.trim().toLowerCase();
      findings.forEach((f) => { f.hidden = words !== '' && !textOf(f).includes(words); });
      byId('shown').textContent = words === '' ? '' : findings.filter((f) => !f.hidden).length + ' of ' + findings.length;
    });
  }

  const reveal = (hash) => {
    const target = byId(hash.slice(1));
    const finding = target && target.closest('details');
    if (!finding) return;
    finding.hidden = false;
    finding.open = true;
    finding.scrollIntoView();
  };
  addEventListener('hashchange', () => reveal(location.hash));
  // A link to where one is already changes nothing, but its finding may be closed or filtered away.
  document.addEventListener('click', (event) => { const link = event.target.closest('a[href^="#"]'); if (link) reveal(link.hash); });
  reveal(location.hash);

  const key = (row, at) => { const c = row.cells[at]; return c.dataset.sort === undefined ? c.textContent.trim().toLowerCase() : Number(c.dataset.sort); };
  document.querySelectorAll('table.sortable').forEach((table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') !== 'ascending';
        heads.forEach((h) => h.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        const rows = [...table.tBodies[0].rows].sort((a, b) => { const x = key(a, at), y = key(b, at); return (x < y ? -1 : x > y ? 1 : 0) * (up ? 1 : -1); });
        table.tBodies[0].append(...rows);
      });
    });
  });
})();
`
