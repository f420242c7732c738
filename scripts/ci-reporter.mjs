// Prints the one plain closing line that any CI can read: "N passed, N failed, N skipped". Under CI nothing may be skipped:
// a machine without a browser or a server would otherwise look as healthy as one that ran every test.
export default class {
  onTestRunEnd(modules, unhandledErrors) {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    const skipped = []
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const state = test.result().state
        count[state === "pending" ? "skipped" : state] += 1
        if (state === "skipped" || state === "pending") skipped.push(`${module.relativeModuleId} > ${test.fullName}`)
      }
      if (!module.ok() && [...module.children.allTests("failed")].length === 0) count.failed += 1
    }
    if (process.env.CI && skipped.length > 0) {
      console.error(`\nSkipped, which CI does not accept:\n${skipped.map((name) => `  ${name}`).join("\n")}`)
      process.exitCode = 1
    }
    console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
  }
}
