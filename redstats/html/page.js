// The page is complete without this file.  It draws charts, and adds filter, sort and copy where they help.
(() => {
  "use strict";
  // Taken while <head> is parsed: nothing in the body can pose as this element or its neighbour.
  const here = document.currentScript;
  document.documentElement.classList.add("js");

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // ---- large print: remembered from page to page, where the browser allows it ---------------------------------------
  document.addEventListener("DOMContentLoaded", () => {
    const large = document.getElementById("large");
    if (!large) return;
    try {
      large.checked = localStorage.getItem("redstats.large") === "1";
      large.addEventListener("change", () => localStorage.setItem("redstats.large", large.checked ? "1" : "0"));
    } catch { /* kept for this page only */ }
  });

  // ---- charts -----------------------------------------------------------------------------------------------------
  const CONFIG = { responsive: true, displaylogo: false, displayModeBar: false };
  let plotly = null; // once loaded
  let loading = null;

  async function unpack(packed) {
    const bytes = Uint8Array.from(atob(packed.textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const code = await new Response(stream).arrayBuffer();
    return URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  }

  async function load() {
    const packed = here.nextElementSibling;
    const src = packed && packed.id === "plotly-gz" ? await unpack(packed) : here.dataset.assets + "plotly.min.js";
    await new Promise((resolve, reject) => {
      document.head.append(make("script", { onload: resolve, onerror: reject, src }));
    });
    plotly = window.Plotly;
  }

  const tableOf = (plot) => {
    const figure = plot.closest("figure");
    return figure && figure.querySelector("details");
  };

  function fail(plot, reason) {
    plot.classList.add("failed-plot");
    const details = tableOf(plot);
    if (details) details.open = true;
    console.warn("chart not drawn, its table is shown instead:", reason);
  }

  // Everything up to the SVG happens before newPlot returns, so this serves printing as well.
  function draw(plot) {
    if (plot.classList.contains("drawn") || plot.classList.contains("failed-plot")) return;
    try {
      const spec = JSON.parse(plot.querySelector('script[type="application/json"]').textContent);
      const layout = Object.assign({ dragmode: false, autosize: true }, spec.layout); // a finger scrolls the page
      layout.font = Object.assign({ family: getComputedStyle(plot).fontFamily, color: "#1d232a" }, layout.font);
      const canvas = make("div", { className: "canvas" });
      plot.append(canvas);
      plot.classList.add("drawn");
      plotly.newPlot(canvas, spec.data, layout, CONFIG).catch((reason) => fail(plot, reason));
    } catch (reason) {
      fail(plot, reason);
    }
  }

  function charts() {
    const plots = [...document.querySelectorAll(".redstats .plot")];
    if (!plots.length) return;
    for (const plot of plots) {
      const details = tableOf(plot);
      if (details) details.open = false;
    }
    const watcher = new IntersectionObserver(
      (entries) => {
        const seen = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
        if (!seen.length) return;
        seen.forEach((plot) => watcher.unobserve(plot));
        loading = loading || load();
        loading.then(() => seen.forEach(draw)).catch((reason) => {
          watcher.disconnect();
          plots.forEach((plot) => fail(plot, reason));
        });
      },
      { rootMargin: "300px" },
    );
    plots.forEach((plot) => watcher.observe(plot));
    addEventListener("beforeprint", () => plotly && plots.forEach(draw));
  }

  // On paper nothing can be unfolded: a closed table is opened unless its chart stands beside it, or it is for the screen.
  function paper() {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll(".redstats details:not([open])")].filter((details) => {
        const figure = details.closest("figure.chart");
        return !(figure && figure.querySelector(".plot.drawn:not(.failed-plot)")) && !details.matches(".chain, .screen");
      });
      opened.forEach((details) => (details.open = true));
    });
    addEventListener("afterprint", () => opened.forEach((details) => (details.open = false)));
  }

  // A link to a folded part opens it.
  function unfold() {
    const mark = decodeURIComponent(location.hash.slice(1));
    const part = mark && document.getElementById(mark);
    if (!part) return;
    const folded = part.matches("details") ? part : part.querySelector(":scope > details") || part.closest("details");
    if (folded && !folded.open) {
      folded.open = true;
      part.scrollIntoView();
    }
  }

  // ---- tables -----------------------------------------------------------------------------------------------------
  const collator = new Intl.Collator("zh-CN-u-co-pinyin", { numeric: true, sensitivity: "base" });
  const text = (cell) => (cell ? cell.textContent.replace(/\s+/g, " ").trim() : "");
  const isBlank = (value) => value === "" || /^[-–—]$/.test(value);
  const toNumber = (value) => {
    const bare = value.replace(/^[●▲■○]\s*/, "").replace(/[,，\s%％]/g, "").replace(/^−/, "-");
    return /^[-+]?\d+(\.\d+)?$/.test(bare) ? Number(bare) : NaN;
  };

  // A spreadsheet takes a cell that begins like a formula for one, full-width signs included.
  const csvCell = (value) => {
    const safe = /^[=+\-@＝＋－＠\t\r]/.test(value) ? "'" + value : value;
    return '"' + safe.replace(/"/g, '""') + '"';
  };

  function saveCsv(title, lines) {
    const csv = "\ufeff" + lines.map((line) => line.map(csvCell).join(",") + "\r\n").join("");
    const url = URL.createObjectURL(new Blob([csv], { type: "text/csv;charset=utf-8" }));
    const name = (title || document.title).replace(/[\\/:*?"<>|]/g, "_");
    make("a", { href: url, download: name.replace(/\.csv$/i, "") + ".csv" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  // What a list is narrowed to stands in the address, so that a link opens it; of several lists the later ones are numbered.
  let lists = 0;

  // rows: what is shown or hidden; wordsOf(row): the text that is searched; choices: [{ name, of(row) }];
  // changed(isLess): the rest of the list follows.
  function narrow({ rows, wordsOf, choices, before, changed, save }) {
    lists += 1;
    const key = (name) => (lists > 1 ? name + lists : name);
    const names = new Map([["q", key("q")], ...choices.map(({ name }) => [name, key(name)])]);
    const asked = new URLSearchParams(location.search);
    const searched = new Map(rows.map((row) => [row, wordsOf(row).toLowerCase()]));
    const query = make("input", { type: "search", placeholder: "输入文字，空格分隔多个词", autocomplete: "off", value: asked.get(names.get("q")) || "" });
    const tools = make("div", { className: "tools" }, make("label", {}, "筛选 ", query));
    const selects = choices.map(({ name, of }) => {
      const values = [...new Set(rows.map(of))].sort(collator.compare);
      const field = make("select", {}, new Option("全部", ""), ...values.map((value) => new Option(value || "（空白）", "=" + value)));
      const wanted = asked.get(names.get(name));
      if (wanted !== null && values.includes(wanted)) field.value = "=" + wanted;
      tools.append(make("label", {}, ({ street: "街镇" }[name] || name) + " ", field));
      return { name, of, field };
    });
    const count = make("span", { className: "count" });
    count.setAttribute("role", "status");
    count.setAttribute("aria-live", "polite");
    if (save) tools.append(make("button", { type: "button", onclick: () => save(rows.filter((row) => !row.hidden)) }, "下载 CSV"));
    tools.append(count);

    function remember() {
      const kept = new URLSearchParams(location.search);
      const set = (name, value) => (value ? kept.set(names.get(name), value) : kept.delete(names.get(name)));
      set("q", query.value);
      selects.forEach(({ name, field }) => set(name, field.value.slice(1)));
      try {
        history.replaceState(null, "", location.pathname + (kept.size ? "?" + kept : "") + location.hash);
      } catch {
        // some browsers refuse it to a local file; the list narrows all the same
      }
    }

    function apply() {
      const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const keep = words.every((word) => searched.get(row).includes(word)) && selects.every(({ of, field }) => !field.value || field.value === "=" + of(row));
        row.hidden = !keep;
        if (keep) shown += 1;
      }
      tools.classList.toggle("filtered", shown < rows.length); // paper says so when rows are missing
      count.textContent = `显示 ${shown} / ${rows.length} 条`;
      changed(shown < rows.length);
    }

    query.oninput = () => (apply(), remember());
    selects.forEach(({ field }) => (field.onchange = query.oninput));
    before.before(tools);
    apply();
  }

  function filterable(table) {
    const head = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    const titles = head.map(text);
    const body = table.tBodies[0];
    const box = table.closest(".scroll") || table;
    const rest = box.querySelector(":scope > details.rest");
    let rows = [...body.rows, ...(rest ? rest.querySelectorAll("tbody > tr") : [])];
    const cellsOf = new Map(rows.map((row) => [row, [...row.cells].map(text)]));

    function unfolded() {
      if (!rest) return;
      rest.hidden = true;
      body.append(...rows);
    }

    function sort(column, down) {
      const keys = new Map();
      for (const row of rows) {
        const cell = row.cells[column];
        keys.set(row, cell && cell.dataset.sort !== undefined ? cell.dataset.sort : cellsOf.get(row)[column] || "");
      }
      const filled = [...keys.values()].filter((value) => !isBlank(value));
      const numeric = filled.every((value) => !Number.isNaN(toNumber(value)));
      const compare = numeric ? (a, b) => toNumber(a) - toNumber(b) : collator.compare;
      rows = [...rows].sort((one, other) => {
        const [a, b] = [keys.get(one), keys.get(other)];
        if (isBlank(a) || isBlank(b)) return isBlank(a) - isBlank(b); // blanks last, either way
        return down ? compare(b, a) : compare(a, b);
      });
      if (rest) rest.hidden = true;
      body.append(...rows);
    }

    head.forEach((th, column) => {
      if ("nosort" in th.dataset || !titles[column]) return;
      const button = make("button", { type: "button", className: "sort" }, ...th.childNodes);
      button.onclick = () => {
        const down = th.getAttribute("aria-sort") === "ascending";
        head.forEach((other) => other.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(column, down);
      };
      th.append(button);
    });

    const filtered = head.map((th, column) => ["filter" in th.dataset, column]).filter(([wanted]) => wanted);
    narrow({
      rows,
      wordsOf: (row) => cellsOf.get(row).join("\n"),
      choices: filtered.map(([, column]) => ({ name: titles[column], of: (row) => cellsOf.get(row)[column] || "" })),
      before: box,
      changed: (isLess) => isLess && unfolded(),
      save: () => saveCsv(table.dataset.filename || text(table.caption), [titles, ...rows.filter((row) => !row.hidden).map((row) => cellsOf.get(row))]),
    });
  }

  // A list in sections narrows as a whole.
  function grouped(box) {
    const rows = [...box.querySelectorAll("tbody > tr")];
    if (!rows.length) return;
    const cellsOf = new Map(rows.map((row) => [row, [...row.cells].map(text)]));
    const titleOf = (row) => text(row.closest("section").querySelector("h2, h3, h4"));
    narrow({
      rows,
      wordsOf: (row) => [titleOf(row), ...cellsOf.get(row)].join("\n"),
      choices: [{ name: "street", of: (row) => row.closest("section").dataset.street || cellsOf.get(row)[0] }],
      before: box,
      changed: (isLess) => {
        box.querySelectorAll("section").forEach((part) => (part.hidden = !part.querySelector("tbody > tr:not([hidden])")));
        if (isLess) box.querySelectorAll("details").forEach((part) => (part.open = true));
      },
      save: (shown) => {
        const titles = ["要求", ...[...box.querySelector("table").tHead.rows[0].cells].map(text)];
        saveCsv(box.dataset.filename, [titles, ...shown.map((row) => [titleOf(row), ...cellsOf.get(row)])]);
      },
    });
  }

  // Sections of one name each are found by all that stands in them.
  function named(box) {
    const rows = [...box.querySelectorAll(":scope > section")];
    if (rows.length > 1) narrow({ rows, wordsOf: text, choices: [], before: box, changed: () => {} });
  }

  // ---- copying ----------------------------------------------------------------------------------------------------
  function copyOldWay(value) {
    const area = make("textarea", { value, readOnly: true, className: "offscreen" });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  function copyable(code) {
    const button = make("button", { type: "button", className: "copy-button" }, "复制");
    button.setAttribute("aria-live", "polite");
    button.onclick = async () => {
      const value = code.textContent.trim();
      let done;
      try {
        await navigator.clipboard.writeText(value);
        done = true;
      } catch {
        done = copyOldWay(value);
        button.focus();
      }
      button.textContent = done ? "已复制" : "请手动复制";
      setTimeout(() => (button.textContent = "复制"), 2000);
    };
    code.after(button);
  }

  // A box that scrolls must be reachable by keyboard.
  function reachable(box) {
    if (box.hasAttribute("tabindex")) return;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    const caption = box.querySelector("caption");
    box.setAttribute("aria-label", caption ? text(caption) : "可横向滚动的表格");
  }

  document.addEventListener("DOMContentLoaded", () => {
    const each = (selector, action) => document.querySelectorAll(".redstats " + selector).forEach(action);
    charts();
    paper();
    unfold();
    addEventListener("hashchange", unfold);
    each("table.filterable, .grouped, .named", (list) => {
      if (list.matches(".grouped")) grouped(list);
      else if (list.matches(".named")) named(list);
      else if (list.tHead && list.tBodies.length) filterable(list);
    });
    each("code.copy", copyable);
    each(".scroll", reachable);
  });
})();
