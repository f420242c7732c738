import { defineConfig } from "vitepress"

export default defineConfig({
  title: "Latchkey",
  themeConfig: { search: { provider: "local" }, nav: [{ text: "API", link: "/api/" }] }
})
