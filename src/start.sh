# `npm start`: builds what has changed, then becomes the service. The allocator's settings and V8's flags are defined here only; without them a busy
# service takes half as much memory again. The allocator returns what V8's compilers have used (mallopt(3)), WebAssembly is optimised only where it
# runs often (most of it is Prisma's, asked once in a while), and the heap grows by 70 % of what lives in it before it is collected.
# As a package it has neither sources nor a compiler, and is built already.
test ! -e src/main.ts || test -z "$(find src plugins prisma tsconfig.json package.json -newer dist/built 2>&1 | head -n 1)" || npm run -s build || exit 1
exec env MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072 \
  node --max-semi-space-size=16 --heap-growing-percent=70 --wasm-tiering-budget=100000000 dist/src/main.js
