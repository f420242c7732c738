import { usage } from "./exit-codes.ts"

/** A package that only some commands need, and that is there where a server is. */
export const installed = async <Module>(name: string, loading: Promise<Module>): Promise<Module> => {
  try {
    return await loading
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")
      throw usage(`This needs the package ${name}: npm install ${name}`)
    throw error
  }
}
