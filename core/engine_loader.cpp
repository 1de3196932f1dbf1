// Finds and loads the engine module, or hands out the engine that is linked in.
#include "core/engine.h"

#include <dlfcn.h>

#include <filesystem>
#include <mutex>

#include "core/engine_entry.h"

namespace filterlens {
namespace {

#ifdef FILTERLENS_LINK_ENGINE

Result<std::shared_ptr<Engine>> openEngine() {
  return std::shared_ptr<Engine>(filterlensCreateEngine());
}

#else

constexpr auto kModuleName = "filterlens_engine.so";

/// Beside the program (a build tree), or in the private library folder of an installation.
std::vector<std::filesystem::path> modulePlaces() {
  std::error_code ignored;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  return {folder / kModuleName, folder / "../lib/filterlens" / kModuleName,
          folder / FILTERLENS_MODULE_FOLDER / kModuleName};
}

Result<std::shared_ptr<Engine>> openEngine() {
  std::string reason = "no file of this name lies beside the program";
  for (const auto& place : modulePlaces()) {
    std::error_code ignored;
    if (!std::filesystem::exists(place, ignored)) continue;
    // Never unloaded: Torch's static state does not survive it.
    void* module = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
    auto* entry = module ? dlsym(module, "filterlensCreateEngine") : nullptr;
    if (entry) {
      auto* create = reinterpret_cast<Engine* (*)()>(entry);
      return std::shared_ptr<Engine>(create());
    }
    if (const char* said = dlerror()) reason = said;
  }
  return Error{std::string("The engine ") + kModuleName + " could not be loaded: " + reason +
               ". Reinstall FilterLens, or build it again."};
}

#endif

}  // namespace

Result<std::shared_ptr<Engine>> loadEngine() {
  static std::mutex mutex;
  static std::shared_ptr<Engine> engine;
  const std::scoped_lock lock(mutex);
  if (!engine) {
    auto opened = openEngine();
    if (!opened) return opened.error();
    engine = *opened;
  }
  return engine;
}

std::string ModelInfo::className(int index) const {
  const auto at = static_cast<std::size_t>(index);
  return at < classNames.size() ? classNames[at] : "class " + std::to_string(index);
}

}  // namespace filterlens
