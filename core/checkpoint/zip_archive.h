// ZipArchive: the records of a zip file, read whole and checked against their checksums.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/checkpoint/input_file.h"
#include "core/checkpoint/memory_budget.h"

struct zip;

namespace filterlens {

/// All members throw ReadError; read() also ReadCancelled. The file and the budget must outlive it.
class ZipArchive {
 public:
  ZipArchive(const InputFile&, MemoryBudget&);
  ~ZipArchive();

  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] bool has(const std::string& name) const;

  /// Bytes of a record once it is unpacked; the record must be there, stored or deflated.
  [[nodiscard]] std::uint64_t size(const std::string& name) const;

  /// A record's content, charged to the budget until it is given back. Fails where it is not as
  /// long as announced, or has another checksum.
  std::vector<std::byte> read(const std::string& name, ReadProgress&);
  void release(std::uint64_t bytes) { budget_.release(bytes); }

 private:
  struct Close {
    void operator()(zip* archive) const;
  };
  std::unique_ptr<zip, Close> archive_;
  MemoryBudget& budget_;
};

}  // namespace filterlens
