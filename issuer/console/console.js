// What helps where there is script; without it every page works too.

// Issuing: the count is told while it goes on, and the page comes anew when it ends.
for (const notice of document.querySelectorAll("[data-progress]")) {
  const [count, bar] = [notice.querySelector("[data-count]"), notice.querySelector("progress")];
  const events = new EventSource(notice.dataset.progress);
  events.addEventListener("message", ({ data }) => {
    const [done, of] = data.split("/").map(Number);
    if (of > 0) {
      count.textContent = `${done} / ${of}`;
      bar.max = of;
      bar.value = done;
    }
  });
  events.addEventListener("end", () => {
    events.close();
    location.reload();
  });
}

// What cannot be taken back is asked once more.
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", (event) => {
    if (!confirm(button.dataset.ask)) event.preventDefault();
  });
}

// A spreadsheet can be dropped on its field.
for (const field of document.querySelectorAll("[data-drop]")) {
  const input = field.querySelector("input[type=file]");
  field.addEventListener("dragover", (event) => {
    event.preventDefault();
    field.classList.add("over");
  });
  field.addEventListener("dragleave", () => field.classList.remove("over"));
  field.addEventListener("drop", (event) => {
    event.preventDefault();
    field.classList.remove("over");
    if (event.dataTransfer.files.length > 0) input.files = event.dataTransfer.files;
  });
}

// A table shows only the rows that contain what is typed.
for (const input of document.querySelectorAll("[data-filter]")) {
  const rows = document.querySelectorAll(`${input.dataset.filter} tbody tr`);
  const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f'’ʼ]/g, "").toLowerCase();
  const texts = [...rows].map((row) => folded(row.textContent));
  input.addEventListener("input", () => {
    const wanted = folded(input.value).split(/\s+/).filter(Boolean);
    rows.forEach((row, at) => {
      row.hidden = !wanted.every((word) => texts[at].includes(word));
    });
  });
}

// Back to where one came from, with what was typed there.
for (const link of document.querySelectorAll("[data-back]")) {
  link.addEventListener("click", (event) => {
    if (history.length > 1) {
      event.preventDefault();
      history.back();
    }
  });
}

// On a phone the menu shows where one is.
document.querySelector(".menu [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

// The scanner's field is where the cursor is.
document.querySelector("[data-scan]")?.focus();
