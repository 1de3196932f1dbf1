#include "tests/core/checkpoint/allocation_count.h"

#include <malloc.h>

#include <atomic>
#include <cerrno>

namespace {

std::atomic<std::size_t> inUse{0};
std::atomic<std::size_t> peak{0};

void countNew(std::size_t bytes) {
  const std::size_t now = inUse.fetch_add(bytes) + bytes;
  std::size_t most = peak.load();
  while (now > most && !peak.compare_exchange_weak(most, now)) {
  }
}

void countGone(std::size_t bytes) { inUse.fetch_sub(bytes); }

}  // namespace

namespace filterlens::test {

AllocationPeak::AllocationPeak() : before_(inUse.load()) { peak = before_; }

std::size_t AllocationPeak::bytes() const {
  const std::size_t most = peak.load();
  return most > before_ ? most - before_ : 0;
}

}  // namespace filterlens::test

#if defined(__SANITIZE_ADDRESS__)

// The sanitizer has its own malloc, which tells us about each call. (GCC ships no header for this.)
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
int __sanitizer_install_malloc_and_free_hooks(void (*onMalloc)(const volatile void*, std::size_t),
                                              void (*onFree)(const volatile void*));
std::size_t __sanitizer_get_allocated_size(const volatile void*);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace {

void onMalloc(const volatile void* /*memory*/, std::size_t bytes) { countNew(bytes); }
void onFree(const volatile void* memory) {
  if (memory == nullptr) return;
  countGone(__sanitizer_get_allocated_size(memory));
}

const int kInstalled = __sanitizer_install_malloc_and_free_hooks(onMalloc, onFree);

}  // namespace

#else

// The C library lets a program bring its own malloc, and offers its own under these names.
extern "C" {

// NOLINTBEGIN(bugprone-reserved-identifier)
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);
// NOLINTEND(bugprone-reserved-identifier)

#define FILTERLENS_EXPORTED __attribute__((visibility("default")))

FILTERLENS_EXPORTED void* malloc(std::size_t bytes) {
  void* memory = __libc_malloc(bytes);
  countNew(malloc_usable_size(memory));
  return memory;
}

FILTERLENS_EXPORTED void* calloc(std::size_t count, std::size_t bytes) {
  void* memory = __libc_calloc(count, bytes);
  countNew(malloc_usable_size(memory));
  return memory;
}

FILTERLENS_EXPORTED void* realloc(void* old, std::size_t bytes) {
  const std::size_t before = malloc_usable_size(old);
  void* memory = __libc_realloc(old, bytes);
  if (memory == nullptr && bytes != 0) return nullptr;  // the old one stays
  countNew(malloc_usable_size(memory));                 // both were in use while one was copied
  countGone(before);
  return memory;
}

FILTERLENS_EXPORTED void* memalign(std::size_t alignment, std::size_t bytes) {
  void* memory = __libc_memalign(alignment, bytes);
  countNew(malloc_usable_size(memory));
  return memory;
}

FILTERLENS_EXPORTED void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return memalign(alignment, bytes);
}

FILTERLENS_EXPORTED int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) {
  *memory = memalign(alignment, bytes);
  return *memory == nullptr ? ENOMEM : 0;
}

FILTERLENS_EXPORTED void free(void* memory) {
  countGone(malloc_usable_size(memory));
  __libc_free(memory);
}

}  // extern "C"

#endif
