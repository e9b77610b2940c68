/** Light or dark: as the device says, unless the person chose. Loaded before the page is drawn. */
{
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = (): void => {
    const chosen = localStorage.getItem("twinline-theme");
    root.dataset["theme"] = chosen === "dark" || chosen === "light" ? chosen : system.matches ? "dark" : "light";
    window.dispatchEvent(new Event("twinline-theme"));
  };
  apply();
  system.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme")?.addEventListener("click", () => {
      localStorage.setItem("twinline-theme", root.dataset["theme"] === "dark" ? "light" : "dark");
      apply();
    });
  });
}
