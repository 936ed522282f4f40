// Preloaded into a process: its clock is ahead by CLOCK_AHEAD_MS, its monotonic clock is not. What faketime does with DONT_FAKE_MONOTONIC=1, without it.
const ahead = Number(process.env.CLOCK_AHEAD_MS)
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor (...args) { if (args.length === 0) super(RealDate.now() + ahead); else super(...args) }
  static now () { return RealDate.now() + ahead }
}
const { timeOrigin } = performance
Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin + ahead })
