"""Accessibility rules for a page that is open in a browser, written after WCAG 2.2; each returns what breaks it."""

from __future__ import annotations

AUDIT = r"""() => {
  const wrong = [];
  const note = (rule, one) => wrong.push(`${rule}: ${one?.outerHTML?.slice(0, 100) ?? ""}`);
  const every = query => [...document.querySelectorAll(query)].filter(one => one.checkVisibility());
  const words = ids => (ids ?? "").split(/\s+/).filter(Boolean).map(id => document.getElementById(id)?.textContent ?? "").join(" ");
  const said = one => (words(one.getAttribute("aria-labelledby")) || one.getAttribute("aria-label") || "").trim();
  const field = "input:not([type=hidden]), select, textarea";
  const control = `a[href], button, summary, ${field}`;

  if (!/^[a-z]{2}/.test(document.documentElement.lang)) note("lang (3.1.1)", document.body);
  if (!document.title.trim()) note("title (2.4.2)", document.head);
  for (const [what, query] of [["main", "main"], ["banner", "body > header"], ["contentinfo", "body > footer"], ["h1", "h1"]])
    if (every(query).length !== 1) note(`one ${what} (1.3.1)`, document.body);
  every("nav, section, form[role=search]").filter(one => !said(one) && !(one.getAttribute("role") === "alert" || one.matches(".empty"))).forEach(one => note("landmark without name (1.3.1)", one));
  const levels = every("h1, h2, h3, h4, h5, h6");
  levels.forEach((one, at) => { if (+one.tagName[1] > (at ? +levels[at - 1].tagName[1] : 0) + 1) note("heading order (1.3.1)", one); });
  levels.filter(one => !one.textContent.trim()).forEach(one => note("empty heading (2.4.6)", one));

  every(field).filter(one => !said(one) && ![...one.labels].some(label => label.textContent.trim())).forEach(one => note("field without label (3.3.2)", one));
  every("a[href], button, summary").filter(one => !said(one) && !one.textContent.trim()).forEach(one => note("control without name (4.1.2)", one));
  every("button, a[href]").filter(one => said(one) && !said(one).includes(one.textContent.trim())).forEach(one => note("label in name (2.5.3)", one));
  const named = new Map();
  for (const one of every("a[href]")) {
    const name = (said(one) || one.textContent).trim().replace(/\s+/g, " ");
    if (named.has(name) && named.get(name) !== one.href) note("same name for different places (2.4.4)", one);
    named.set(name, one.href);
  }
  every("img").filter(one => !one.hasAttribute("alt")).forEach(one => note("image without alt (1.1.1)", one));
  every("table").filter(one => !said(one) && !one.caption).forEach(one => note("table without name (1.3.1)", one));
  every("th").filter(one => !one.scope).forEach(one => note("th without scope (1.3.1)", one));
  every("ul, ol").filter(one => [...one.children].some(child => child.tagName !== "LI")).forEach(one => note("list with other children (1.3.1)", one));
  every("li").filter(one => !one.parentElement.matches("ul, ol")).forEach(one => note("item outside a list (1.3.1)", one));
  every(".badge").filter(one => !/[a-z]{3}/i.test(one.textContent)).forEach(one => note("sign or colour alone (1.4.1)", one));

  const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach(id => note("id twice", document.getElementById(id)));
  for (const name of ["aria-labelledby", "aria-describedby", "for", "form"])
    for (const one of document.querySelectorAll(`[${name}]`))
      for (const id of one.getAttribute(name).split(/\s+/)) if (!document.getElementById(id)) note(`${name} leads nowhere`, one);
  every("a[href^='#']").filter(one => !document.getElementById(one.hash.slice(1))).forEach(one => note("link leads nowhere", one));
  every("[tabindex]").filter(one => one.tabIndex > 0).forEach(one => note("tabindex over 0 (2.4.3)", one));
  every("[aria-hidden=true]").filter(one => one.matches(control) || one.querySelector(control)).forEach(one => note("hidden control (4.1.2)", one));

  const inside = "main, body > header, body > footer, nav, .skip";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walk.nextNode()) if (walk.currentNode.textContent.trim() && walk.currentNode.parentElement.checkVisibility()) texts.push(walk.currentNode.parentElement);
  texts.filter(one => !one.closest(inside)).forEach(one => note("text outside a landmark (1.3.1)", one));

  const parts = colour => colour.match(/[\d.]+/g).map(Number);
  const light = colour => { const [r, g, b] = parts(colour).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const ground = one => { for (; one; one = one.parentElement) { const colour = getComputedStyle(one).backgroundColor; if (parts(colour)[3] !== 0) return colour; } return "rgb(255, 255, 255)"; };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)]; return (Math.max(x, y) + .05) / (Math.min(x, y) + .05); };
  for (const one of new Set(texts.filter(one => !one.closest(".unseen, .skip, option")))) {
    const style = getComputedStyle(one), size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700) ? 3 : 4.5;
    const found = ratio(style.color, ground(one));
    if (found < needed) note(`contrast ${found.toFixed(2)} (1.4.3)`, one);
  }
  for (const one of every(field)) {
    const found = ratio(getComputedStyle(one).borderTopColor, ground(one.parentElement));
    if (found < 3) note(`edge ${found.toFixed(2)} (1.4.11)`, one);
  }
  for (const one of every(control)) {
    const box = one.getBoundingClientRect();
    const inline = one.tagName === "A" && getComputedStyle(one).display === "inline";
    if (!inline && !one.matches(".skip") && (box.width < 24 || box.height < 24)) note("target under 24 px (2.5.8)", one);
  }
  if (document.documentElement.scrollWidth > innerWidth) note(`wider than ${innerWidth} px (1.4.10)`, document.body);
  return wrong;
}"""

FOCUS = r"""() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const ring = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none";
  const seen = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  const at = [...document.querySelectorAll("a[href], button, summary, input, select, textarea")].indexOf(one);
  return { tag: one.tagName, at, ring, seen, html: one.outerHTML.slice(0, 80) };
}"""
"""Where the focus is: its place in the order of the page, whether it has a ring, and whether it can be seen."""

MOTION = r"""() => [...document.querySelectorAll("*")].filter(one => {
  const style = getComputedStyle(one);
  return style.scrollBehavior === "smooth" || [style.transitionDuration, style.animationDuration].some(times => times.split(",").some(time => parseFloat(time) > 0));
}).length"""
"""How many elements move."""
