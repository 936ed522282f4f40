// Prometheus metrics of the process and of each of its parts.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Metrics } from '../../kernel/contract/kernel.js'

export interface MetricsRegistry {
  /** Names become `wms_<part>_<name>`. */
  forPart: (id: string) => Metrics
  text: () => Promise<string>
  contentType: string
}

export function createMetrics (): MetricsRegistry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'wms_' })
  return {
    contentType: registry.contentType,
    text: async () => await registry.metrics(),
    forPart (id) {
      const fullName = (name: string): string => `wms_${id.replaceAll('-', '_')}_${name}`
      return {
        counter (name, help, labels = []) {
          const counter = new Counter({ name: fullName(name), help, labelNames: [...labels], registers: [registry] })
          return { inc: (values = {}, by = 1) => { counter.inc(values, by) } }
        },
        gauge (name, help, read) {
          const gauge: Gauge = new Gauge({
            name: fullName(name),
            help,
            registers: [registry],
            // A value that can't be read must not take the others along.
            async collect () { gauge.set(await Promise.resolve().then(read).catch(() => NaN)) }
          })
        },
        histogram (name, help, buckets) {
          const histogram = new Histogram({ name: fullName(name), help, buckets: [...buckets], registers: [registry] })
          return { observe: value => { histogram.observe(value) } }
        }
      }
    }
  }
}
