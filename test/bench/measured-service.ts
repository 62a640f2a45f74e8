/** The service, telling its memory by thread when asked by SIGUSR2. */
import '../chaos/service.js'

interface Heap {
  usedMemory: number
  externalMemory: number
}

interface Report {
  javascriptHeap: Heap
  workers: { javascriptHeap: Heap }[]
}

process.on('SIGUSR2', () => {
  const { javascriptHeap, workers } = process.report.getReport() as unknown as Report
  const all = [javascriptHeap, ...workers.map((worker) => worker.javascriptHeap)]
  const sum = (part: keyof Heap) => all.reduce((total, heap) => total + heap[part], 0)
  const { rss } = process.memoryUsage()
  console.log(
    JSON.stringify({ msg: 'memory', rss, heap: sum('usedMemory'), external: sum('externalMemory') }),
  )
})
