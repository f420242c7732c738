// Prints the one plain closing line that any CI can read: "N passed, N failed, N skipped".
export default class {
  onTestRunEnd(modules, unhandledErrors) {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const state = test.result().state
        count[state === "pending" ? "skipped" : state] += 1
      }
      if (!module.ok() && [...module.children.allTests("failed")].length === 0) count.failed += 1
    }
    console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
  }
}
