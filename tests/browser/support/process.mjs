// A program of ours as a child process: its log in a file, and the address that it says it listens
// on.
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export const root = process.env.TILLBRIDGE_ROOT
if (root === undefined) throw new Error('start the tests with tests/browser/run')

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

// Asks `holds` again and again until it gives something; throws after `patience` ms.
export async function until(what, holds, patience = 15_000) {
  const end = Date.now() + patience
  for (;;) {
    const value = await holds()
    if (value) return value
    if (Date.now() > end) throw new Error(`waited ${patience} ms in vain: ${what}`)
    await pause(20)
  }
}

export class Program {
  #child
  #ended

  constructor(name, args, folder) {
    this.name = name
    this.logFile = `${folder}/${name}.log`
    const log = openSync(this.logFile, 'a')
    // Nothing of the caller's environment may change how it runs.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([key]) => !key.startsWith('TILLBRIDGE_')),
    )
    this.#child = spawn(`${root}/build/bin/${name}`, args, {
      cwd: folder,
      env: { ...env, no_proxy: '*' },
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    this.#ended = new Promise((resolve) => {
      this.#child.on('exit', (code, signal) => resolve({ code, signal }))
      this.#child.on('error', (error) => resolve({ code: -1, error }))
    })
  }

  log() {
    return readFileSync(this.logFile, 'utf8')
  }

  // The last one may still be on its way.
  lines() {
    const log = this.log()
    return log
      .slice(0, log.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
  }

  async listening() {
    let ended = false
    this.#ended.then(() => (ended = true))
    return until(`${this.name} listens`, () => {
      if (ended) throw new Error(`${this.name} ended:\n${this.log()}`)
      return this.lines().find((line) => line.msg === 'listening')
    })
  }

  async stop() {
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 12_000)
    const end = await this.#ended
    clearTimeout(timer)
    return end
  }
}
