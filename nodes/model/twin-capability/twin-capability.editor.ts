/** In the dialog: the number of subgroups only where they are the period. */
Twinline.extend("twin-capability", (form) => {
  const show = (): void => {
    const row = form.row("subgroups");
    if (row === null) return;
    const shown = form.read("period") === "subgroups";
    row.toggleAttribute("data-aside", !shown);
    row.style.display = shown ? "" : "none";
  };
  form.element.addEventListener("change", show);
  show();
});
