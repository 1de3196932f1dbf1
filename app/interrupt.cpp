#include "app/interrupt.h"

#include <semaphore.h>

#include <cerrno>
#include <csignal>

namespace filterlens {
namespace {

// A signal handler may do next to nothing; raising a semaphore is allowed. A thread does the rest.
sem_t signalled;

void onSignal(int) {
  const int before = errno;
  sem_post(&signalled);
  errno = before;
}

void handleWith(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  sem_init(&signalled, 0, 0);
  watcher_ = std::jthread([source = source_](const std::stop_token& unneeded) mutable {
    while (sem_wait(&signalled) != 0) {
    }
    if (!unneeded.stop_requested()) source.request_stop();
  });
  handleWith(onSignal);
}

Interrupt::~Interrupt() {
  handleWith(SIG_DFL);
  watcher_.request_stop();
  sem_post(&signalled);
  watcher_.join();
  sem_destroy(&signalled);
}

}  // namespace filterlens
