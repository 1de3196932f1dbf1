#include "core/export/npy.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "core/export/whole_file.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

const fs::path kData = FILTERLENS_TEST_DATA "/npy";

class Npy : public testing::Test {
 protected:
  Npy() { fs::create_directories(folder_); }
  ~Npy() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, std::span<const std::byte> bytes) const {
    EXPECT_TRUE(writeWhole(folder_ / name, bytes));
    return folder_ / name;
  }

 private:
  fs::path folder_ = fs::path(testing::TempDir()) / ("npy_test." + std::to_string(::getpid()));
};

std::string text(const std::vector<std::byte>& bytes, std::size_t from, std::size_t to) {
  return {reinterpret_cast<const char*>(bytes.data()) + from, to - from};
}

TEST_F(Npy, WritesTheFormat) {
  const std::vector<float> values{1, 2.5F, -3};
  const std::vector<std::byte> bytes = npyBytes(values, {3});
  ASSERT_EQ(bytes.size(), 128U + 12);  // values begin at a multiple of 64
  EXPECT_EQ(text(bytes, 0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  const std::string header = text(bytes, 10, 128);
  EXPECT_TRUE(header.starts_with("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), } "));
  EXPECT_EQ(header.back(), '\n');
  const auto stored = std::as_bytes(std::span(values));
  EXPECT_TRUE(std::equal(stored.begin(), stored.end(), bytes.begin() + 128));

  const std::vector<std::int32_t> ranks{-1, 0, 1, 2, 3, 4};
  const std::vector<std::byte> integers = npyBytes(ranks, {2, 3});
  EXPECT_TRUE(text(integers, 10, 128)
                  .starts_with("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), } "));
  EXPECT_EQ(std::memcmp(integers.data() + 128, ranks.data(), 24), 0);

  EXPECT_NE(text(npyBytes(std::span(values).first(1), {}), 10, 128).find("'shape': (), }"),
            std::string::npos);
}

TEST_F(Npy, ReadsWhatItWrites) {
  std::vector<float> values(105);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) / 3;
  const auto input = readNpyInput(write("input.npy", npyBytes(values, {3, 5, 7})));
  ASSERT_TRUE(input) << input.error().sentence;
  EXPECT_EQ(input->height, 5);
  EXPECT_EQ(input->width, 7);
  EXPECT_EQ(input->values, values);
}

TEST_F(Npy, ReadsWhatNumPyWrites) {
  for (const char* name : {"float32.npy", "version2.npy", "batch-of-one.npy"}) {
    SCOPED_TRACE(name);
    const auto input = readNpyInput(kData / name);
    ASSERT_TRUE(input) << input.error().sentence;
    EXPECT_EQ(input->height, 2);
    EXPECT_EQ(input->width, 4);
    ASSERT_EQ(input->values.size(), 24U);
    for (std::size_t i = 0; i < 24; ++i) {
      EXPECT_EQ(input->values[i], static_cast<float>(i) / 8 - 1);
    }
  }
}

TEST_F(Npy, SaysWhatAFileHoldsInstead) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"version3.npy", "it is of version 3 of the .npy format"},
      {"batch-of-two.npy", "its shape is (2, 3, 2, 4); an input is (3, height, width)"},
      {"grey.npy", "its shape is (1, 2, 4)"},
      {"flat.npy", "its shape is (24,)"},
      {"scalar.npy", "its shape is ()"},
      {"empty.npy", "its shape is (3, 0, 4)"},
      {"fortran.npy", "it is in Fortran order; save numpy.ascontiguousarray(array)"},
      {"float64.npy", "it holds float64 instead of float32; save array.astype('<f4')"},
      {"uint8.npy", "it holds uint8 instead"},
      {"big-endian.npy", "it holds big-endian values ('>f4') instead"},
      {"text.npy", "it holds values of type '<U4' instead"},
      {"records.npy", "it holds records instead"},
      {"nan.npy", "it holds NaN or infinite values"},
      {"make_npy.py", "it is not a NumPy .npy file"},
      {"missing.npy", "No such file"},
      {".", "Is a directory"},
  };
  for (const auto& [name, expected] : cases) {
    const auto input = readNpyInput(kData / name);
    ASSERT_FALSE(input) << name;
    EXPECT_EQ(input.error().sentence.find("Cannot read " + (kData / name).string() + ": "), 0U);
    EXPECT_NE(input.error().sentence.find(expected), std::string::npos) << input.error().sentence;
  }
}

TEST_F(Npy, RefusesDamagedFiles) {
  const std::vector<float> values(48, 0.5F);
  const std::vector<std::byte> whole = npyBytes(values, {3, 4, 4});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(readNpyInput(write("cut.npy", std::span(whole).first(length)))) << length;
  }
  std::vector<std::byte> longer = whole;
  longer.push_back(std::byte{0});
  const auto input = readNpyInput(write("longer.npy", longer));
  ASSERT_FALSE(input);
  EXPECT_NE(input.error().sentence.find("193 bytes of values instead of 192"), std::string::npos);

  for (const char* header :
       {"", "{", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False, 'shape': (3",
        "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (3, 4, 4)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4, 99999999999999999999)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, -4, 4)}",
        "{'descr': [('x', '<f4', 'fortran_order': False, 'shape': (3, 4, 4)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4, 4)} and more"}) {
    std::vector<std::byte> bytes = whole;
    std::memset(bytes.data() + 10, ' ', 117);
    std::memcpy(bytes.data() + 10, header, std::strlen(header));
    const auto damaged = readNpyInput(write("damaged.npy", bytes));
    ASSERT_FALSE(damaged) << header;
    EXPECT_NE(damaged.error().sentence.find("its header is damaged"), std::string::npos) << header;
  }
}

}  // namespace
}  // namespace filterlens
