// Files that are made to do harm: read beyond a buffer, fill the memory, recurse, never end.
#include <gtest/gtest.h>

#include <limits>

#include "core/checkpoint/checkpoint.h"
#include "tests/core/checkpoint/allocation_count.h"
#include "tests/core/checkpoint/handmade.h"
#include "tests/support/temporary_folder.h"

namespace filterlens::test {
namespace {

using namespace std::string_literals;

constexpr std::int64_t kHuge = std::int64_t{1} << 40;
constexpr std::size_t kMegabyte = std::size_t{1} << 20U;
const std::string kFourFloats(16, '\x3f');

class Hostile : public ::testing::Test {
 protected:
  Result<Checkpoint> open(const std::string& content) {
    const auto path = folder_.write("hostile.pth", content);
    const AllocationPeak peak;
    auto read = readCheckpoint(path);
    EXPECT_LE(peak.bytes(), 3 * content.size() + 64 * kMegabyte);
    return read;
  }
  std::string refusal(const std::string& content) {
    const auto read = open(content);
    return read ? "" : read.error().sentence;
  }
  /// A state dict {"w": tensor} in a zip file beside a storage "0" of four floats.
  std::string refusalOfTensor(const std::string& tensor) {
    return refusal(torchZip(pickle::whole(pickle::dict({{"w", tensor}})), {{"0", kFourFloats}}));
  }

  TemporaryFolder folder_;
};

#define EXPECT_SAYS(sentence, words)                        \
  do {                                                      \
    const std::string said = sentence;                      \
    EXPECT_NE(said.find(words), std::string::npos) << said; \
  } while (false)

const std::string kStorage = pickle::storage("0", 4);
const std::string kGoodTensor = pickle::tensor(kStorage, 0, {2, 2}, {2, 1});

TEST_F(Hostile, TheHandmadeFilesAreGoodWhereNothingIsChanged) {
  const auto zip =
      open(torchZip(pickle::whole(pickle::dict({{"w", kGoodTensor}})), {{"0", kFourFloats}}));
  ASSERT_TRUE(zip) << zip.error().sentence;
  EXPECT_EQ(zip->tensors.at(0).shape, std::vector<std::int64_t>({2, 2}));
  EXPECT_EQ(zip->tensors.at(0).data, std::vector<std::byte>(16, std::byte{0x3f}));
  const auto legacy = open(torchLegacy(pickle::whole(pickle::dict({{"w", kGoodTensor}})), {"0"},
                                       legacyStorage(4, kFourFloats)));
  ASSERT_TRUE(legacy) << legacy.error().sentence;
  EXPECT_EQ(legacy->tensors.at(0).data, zip->tensors.at(0).data);
}

TEST_F(Hostile, TensorsBeyondTheirStorageAreRefused) {
  const auto smallest = std::numeric_limits<std::int64_t>::min();
  const auto largest = std::numeric_limits<std::int64_t>::max();
  for (const std::string& tensor : {
           pickle::tensor(kStorage, 0, {5}, {1}),
           pickle::tensor(kStorage, 0, {2, 3}, {3, 1}),
           pickle::tensor(kStorage, 1, {4}, {1}),
           pickle::tensor(kStorage, 4, {}, {}),
           pickle::tensor(kStorage, kHuge, {2}, {1}),
           pickle::tensor(kStorage, -1, {2}, {1}),
           pickle::tensor(kStorage, smallest, {2}, {1}),
           pickle::tensor(kStorage, 0, {kHuge}, {1}),
           pickle::tensor(kStorage, 3, {2}, {-1}),
           pickle::tensor(kStorage, 0, {2}, {smallest}),
           pickle::tensor(kStorage, 0, {-2}, {1}),
           pickle::tensor(kStorage, 0, {smallest}, {0}),
           pickle::tensor(kStorage, 0, {largest, largest}, {0, 0}),
           pickle::tensor(kStorage, 0, {largest, 3}, {largest, 1}),
           pickle::tensor(kStorage, largest, {2, 2}, {largest, 1}),
       }) {
    EXPECT_SAYS(refusalOfTensor(tensor), "\"w\" reaches beyond the values that are stored");
  }
}

TEST_F(Hostile, ViewsThatRepeatAStorageCostNoMoreThanTheFileMay) {
  EXPECT_SAYS(refusalOfTensor(pickle::tensor(kStorage, 0, {kHuge}, {0})), "more than 2 GiB");
  EXPECT_SAYS(refusalOfTensor(pickle::tensor(kStorage, 0, {100000000}, {0})), "far more memory");
}

TEST_F(Hostile, TensorsThatMakeNoSenseAreRefused) {
  const std::string rebuild = pickle::global("torch._utils", "_rebuild_tensor_v2");
  const std::string one = pickle::integers({1});
  for (const std::string& arguments :
       {")"s, pickle::tuple({kStorage}), pickle::tuple({"N", "K\x01", one, one}),
        pickle::tuple({kStorage, "K\0"s, one, pickle::integers({1, 1})}),
        pickle::tuple({kStorage, "K\0"s, pickle::tuple({"N"}), one}),
        pickle::tuple({kStorage, "K\0"s, pickle::integers(std::vector<std::int64_t>(33, 1)),
                       pickle::integers(std::vector<std::int64_t>(33, 1))})}) {
    EXPECT_SAYS(refusalOfTensor(pickle::call(rebuild, arguments)), "does not describe a tensor");
  }
  for (const std::string& id :
       {"N"s, ")"s, pickle::tuple({pickle::text("storage")}),
        pickle::tuple({pickle::text("stone"), pickle::global("torch", "FloatStorage"),
                       pickle::text("0"), pickle::text("cpu"), "K\x04"}),
        pickle::tuple({pickle::text("storage"), pickle::global("torch", "FloatStorage"),
                       pickle::text("0"), pickle::text("cpu"), pickle::integer(-4)})}) {
    EXPECT_SAYS(refusalOfTensor(id + "Q"), "does not describe a storage");
  }
  EXPECT_SAYS(refusalOfTensor(pickle::tensor(pickle::storage("0", 4, {kGoodTensor}), 0, {1}, {1})),
              "views of other storages");
  EXPECT_SAYS(
      refusalOfTensor(pickle::tensor(pickle::storage("0", std::int64_t{1} << 62), 0, {1}, {1})),
      "speaks of a storage");
  EXPECT_SAYS(
      refusal(torchZip(
          pickle::whole(pickle::dict(
              {{"w", kGoodTensor}, {"v", pickle::tensor(pickle::storage("0", 3), 0, {1}, {1})}})),
          {{"0", kFourFloats}})),
      "in two ways");
}

TEST_F(Hostile, StoragesThatAreMissingOrShortAreRefused) {
  const std::string good = pickle::whole(pickle::dict({{"w", kGoodTensor}}));
  EXPECT_SAYS(refusal(torchZip(good, {})), "its storage \"0\" is missing");
  EXPECT_SAYS(refusal(torchZip(good, {{"0", kFourFloats.substr(1)}})), "shorter than its tensors");
  EXPECT_SAYS(refusal(torchZip(good, {{"0", ""}})), "shorter than its tensors");
}

TEST_F(Hostile, PicklesThatStopOrLieAreRefused) {
  const auto says = [&](const std::string& data, const std::string& words) {
    EXPECT_SAYS(refusal(torchZip(data, {{"0", kFourFloats}})), words);
  };
  const std::string good = pickle::whole(pickle::dict({{"w", kGoodTensor}}));
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_SAYS(refusal(torchZip(good.substr(0, length), {})), "ends in the middle of a value");
  }
  says(pickle::whole("X" + littleEndian(0x7fffffff, 4)), "ends in the middle");
  says(pickle::whole("\x8d" + littleEndian(~0ULL, 8)), "ends in the middle");
  says(pickle::whole("\x8e" + littleEndian(~0ULL, 8)), "ends in the middle");
  says(pickle::whole("\x8b" + littleEndian(0xffffffff, 4)), "ends in the middle");
  says("\x80\x04\x95" + littleEndian(~0ULL, 8) + ".", "ends in the middle");
  says(pickle::whole(""), "takes a value where there is none");
  says(pickle::whole("NR"), "takes a value where there is none");
  says(pickle::whole("N(R"), "takes a value where there is none");
  says(pickle::whole("\x86"), "takes a value where there is none");
  says(pickle::whole("N(\x85"), "takes a value where there is none");
  says(pickle::whole("t"), "lacks a mark");
  says(pickle::whole("}u"), "fills a container where there is none");
  says(pickle::whole("(u"), "fills a container where there is none");
  says(pickle::whole("N(NNu"), "sets items of what is no dict");
  says(pickle::whole("}(Nu"), "a key without a value");
  says(pickle::whole("}(Ne"), "appends to what is no list");
  says(pickle::whole("h\x07"), "recalls a value that it never stored");
  says(pickle::whole("j" + littleEndian(0x7fffffff, 4)), "recalls a value that it never stored");
  says(pickle::whole("NN\x93"), "names no class");
  says(pickle::whole("c" + std::string(5000, 'a')), "a class with no end");
  says(pickle::whole("I1\n"), "opcode 0x49");
  says("\x80\x09N.", "pickle protocol 9");
}

TEST_F(Hostile, TheMemoIsSparse) {
  const std::string data = pickle::dict({{"w", kGoodTensor}}) + "r" + littleEndian(0x7fffffff, 4) +
                           "0j" + littleEndian(0x7fffffff, 4);
  const auto read = open(torchZip(pickle::whole(data), {{"0", kFourFloats}}));
  ASSERT_TRUE(read) << read.error().sentence;
  EXPECT_EQ(read->tensors.size(), 1U);
}

TEST_F(Hostile, NestingOfAnyDepthIsNoMatter) {
  // Two million tuples in each other, as a neighbour of the weights and as the whole file.
  const std::string nested = ")" + std::string(2000000, '\x85');
  const std::string weights = pickle::dict({{"w", kGoodTensor}});
  const auto beside = refusal(torchZip(
      pickle::whole(pickle::dict({{"x", nested}, {"model", weights}})), {{"0", kFourFloats}}));
  EXPECT_TRUE(beside.empty() || beside.find("far more memory") != std::string::npos) << beside;
  EXPECT_FALSE(refusal(torchZip(pickle::whole(nested), {})).empty());
  const std::string shallower = ")" + std::string(200000, '\x85');
  const auto read = open(torchZip(
      pickle::whole(pickle::dict({{"x", shallower}, {"model", weights}})), {{"0", kFourFloats}}));
  ASSERT_TRUE(read) << read.error().sentence;
  EXPECT_EQ(read->stateDictKey, "model");
}

TEST_F(Hostile, DictsThatHoldThemselvesEnd) {
  const std::string cycle =
      "}q\x01(" + pickle::text("model") + "h\x01" + pickle::text("ema") + "h\x01u";
  EXPECT_SAYS(refusal(torchZip(pickle::whole(cycle), {})), "no state dict");
}

TEST_F(Hostile, ManySmallValuesCostNoMoreThanTheFileMay) {
  constexpr std::size_t kMany = 6 * kMegabyte;
  struct Repeated {
    std::string start;
    std::string piece;
  };
  for (const Repeated& values : {Repeated{"", "N"},
                                 {"", ")"},
                                 {"", "]"},
                                 {"", "}"},
                                 {"", "("},
                                 {"N", "2"},
                                 {"]", "Na"},
                                 {"}", "NNs"},
                                 {"", "K\x01\x94"},
                                 {"", "C\0"s},
                                 {"", "X\0\0\0\0"s},
                                 {"", "ca\nb\n"}}) {
    std::string data = values.start;
    while (data.size() < kMany) data += values.piece;
    EXPECT_FALSE(refusal(torchZip(pickle::whole(data), {})).empty());
    EXPECT_FALSE(refusal(torchLegacy(pickle::whole(data), {}, "")).empty());
  }
}

TEST_F(Hostile, CopyingTheSameListAgainAndAgainEnds) {
  std::string pair = pickle::list({"N", "N"}) + "q\x02" + "0";
  std::string list = "]q\x01(";
  for (int i = 0; i < 100000; ++i) list += "h\x02";
  std::string copies = pair + list + "e0";
  for (int i = 0; i < 100000; ++i)
    copies += pickle::global("collections", "OrderedDict") + "h\x01\x85R0";
  EXPECT_SAYS(refusal(torchZip(pickle::whole(copies + "N"), {})), "far more memory");
}

TEST_F(Hostile, OnlyStringsOfTheWeightsNeedToBeText) {
  EXPECT_SAYS(refusal(torchZip(pickle::whole(pickle::dict({{"w\xff", kGoodTensor}})),
                               {{"0", kFourFloats}})),
              "is no text");
}

TEST_F(Hostile, PrefixesWithoutEndAreNotFollowed) {
  std::string tensorName;
  for (int i = 0; i < 100000; ++i) tensorName += "module.";
  const auto read = open(
      torchZip(pickle::whole(pickle::dict({{tensorName, kGoodTensor}})), {{"0", kFourFloats}}));
  ASSERT_TRUE(read) << read.error().sentence;
  EXPECT_EQ(read->tensors.at(0).name.size(),
            tensorName.size() - 4 * std::string_view("module.").size());
}

/// The good zip file, with one record changed.
std::string zipWith(const ZipRecord& changed) {
  std::vector<ZipRecord> records = {
      {"archive/data.pkl", pickle::whole(pickle::dict({{"w", kGoodTensor}}))},
      {"archive/data/0", kFourFloats}};
  for (ZipRecord& record : records) {
    if (record.name == changed.name) record = changed;
  }
  return zipOf(records);
}

TEST_F(Hostile, RecordsAreCheckedAgainstTheirHeaders) {
  const std::string data = pickle::whole(pickle::dict({{"w", kGoodTensor}}));
  EXPECT_SAYS(refusal(zipWith({"archive/data.pkl", data, false, 1})),
              "\"archive/data.pkl\" has another checksum");
  EXPECT_SAYS(refusal(zipWith({"archive/data/0", kFourFloats, false, 1})),
              "\"archive/data/0\" has another checksum");
  EXPECT_SAYS(refusal(zipWith({"archive/data/0", kFourFloats, true, 1})),
              "\"archive/data/0\" has another checksum");
  EXPECT_SAYS(refusal(zipWith({"archive/data/0", kFourFloats, false, 0, 1})), "is encrypted");
  EXPECT_SAYS(refusal(zipWith({"archive/data/0", kFourFloats, false, 0, 0, 12})),
              "a method that this program does not know");
  EXPECT_SAYS(refusal(zipWith({"archive/data/0", kFourFloats, false, 0, 0, -1, 1})),
              "stored with two sizes");
  EXPECT_SAYS(refusal(zipWith({"archive/data/0", kFourFloats, true, 0, 0, -1, 1})),
              "shorter than announced");
  EXPECT_SAYS(refusal(zipWith({"archive/data/0", kFourFloats + "more", true, 0, 0, -1, -4})),
              "\"archive/data/0\"");
  EXPECT_SAYS(refusal(zipWith({"archive/data/0", kFourFloats, false, 0, 0, 8})),
              "\"archive/data/0\" cannot be unpacked");
  EXPECT_EQ(refusal(zipWith({"archive/data/0", kFourFloats, true})), "");
}

TEST_F(Hostile, WhatUnpacksToFarMoreThanTheFileIsRefused) {
  const std::string zeros(96 * kMegabyte, '\0');
  const auto tensor = pickle::tensor(pickle::storage("0", 24 << 20), 0, {24 << 20}, {1});
  const auto bomb = zipOf({{"archive/data.pkl", pickle::whole(pickle::dict({{"w", tensor}}))},
                           {"archive/data/0", zeros, true}});
  EXPECT_LT(bomb.size(), 2 * kMegabyte);
  EXPECT_SAYS(refusal(bomb), "far more memory");
  const auto small = zipOf({{"archive/data.pkl", pickle::whole(pickle::dict({{"w", kGoodTensor}}))},
                            {"archive/data/0", zeros, true}});
  EXPECT_SAYS(refusal(small), "far more memory");
  const auto pickleBomb = zipOf({{"archive/data.pkl", zeros, true}});
  EXPECT_SAYS(refusal(pickleBomb), "far more memory");
}

TEST_F(Hostile, ArchivesOfRecordsWithoutNumberAreRefused) {
  // A directory of 400,000 records, which the plain format cannot count but zip64 can.
  constexpr std::uint64_t kRecords = 400000;
  std::string directory;
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    directory +=
        "PK\x01\x02" + std::string(24, '\0') + littleEndian(1, 2) + std::string(16, '\0') + "x";
  }
  const std::string local =
      "PK\x03\x04" + std::string(22, '\0') + littleEndian(1, 2) + littleEndian(0, 2) + "x";
  const std::string end64 = "PK\x06\x06" + littleEndian(44, 8) + littleEndian(45, 2) +
                            littleEndian(45, 2) + std::string(8, '\0') + littleEndian(kRecords, 8) +
                            littleEndian(kRecords, 8) + littleEndian(directory.size(), 8) +
                            littleEndian(local.size(), 8);
  const std::string locator = "PK\x06\x07" + littleEndian(0, 4) +
                              littleEndian(local.size() + directory.size(), 8) + littleEndian(1, 4);
  const std::string end = "PK\x05\x06" + std::string(4, '\0') + std::string(4, '\xff') +
                          std::string(8, '\xff') + littleEndian(0, 2);
  EXPECT_SAYS(refusal(local + directory + end64 + locator + end), "more than 100,000 records");
}

TEST_F(Hostile, AsManyRecordsAsThePlainFormatCountsCostNoMoreThanTheFileMay) {
  std::vector<ZipRecord> records = {
      {"a/data.pkl", pickle::whole(pickle::dict({{"w", kGoodTensor}}))}, {"a/data/0", kFourFloats}};
  while (records.size() < 65000) records.push_back({std::to_string(records.size()), ""});
  EXPECT_EQ(refusal(zipOf(records)), "");
}

TEST_F(Hostile, BigEndianFilesAreRefused) {
  const std::string data = pickle::whole(pickle::dict({{"w", kGoodTensor}}));
  EXPECT_SAYS(
      refusal(zipOf({{"a/data.pkl", data}, {"a/byteorder", "big"}, {"a/data/0", kFourFloats}})),
      "big-endian");
  std::string legacy = torchLegacy(data, {"0"}, legacyStorage(4, kFourFloats));
  const auto flag = legacy.find('\x88');
  legacy[flag] = '\x89';
  EXPECT_SAYS(refusal(legacy), "big-endian");
}

TEST_F(Hostile, LegacyStoragesAreCheckedAgainstTheirTensors) {
  const std::string data = pickle::whole(pickle::dict({{"w", kGoodTensor}}));
  const auto says = [&](const std::vector<std::string>& keys, const std::string& storages,
                        const std::string& words) {
    EXPECT_SAYS(refusal(torchLegacy(data, keys, storages)), words);
  };
  const std::string good = legacyStorage(4, kFourFloats);
  says({"0"}, good.substr(0, 7), "ends in the middle");
  says({"0"}, good.substr(0, 23), "ends before its last storage");
  says({"0"}, legacyStorage(5, kFourFloats + "1234"), "another length than its tensors");
  says({"0"}, legacyStorage(~0ULL, kFourFloats), "another length than its tensors");
  says({}, good, "storages of its tensors are missing");
  says({"1"}, good, "a storage that no tensor speaks of");
  const std::string two =
      pickle::whole(pickle::dict({{"a", pickle::tensor(pickle::storage("0", 4), 0, {4}, {1})},
                                  {"b", pickle::tensor(pickle::storage("1", 4), 0, {4}, {1})}}));
  EXPECT_EQ(refusal(torchLegacy(two, {"1", "0"}, good + good)), "");
  EXPECT_SAYS(refusal(torchLegacy(two, {"0", "0"}, good + good)), "\"0\" twice");
  const std::string contrary = pickle::whole(
      pickle::dict({{"model", pickle::dict({{"w", kGoodTensor}})},
                    {"other", pickle::tensor(pickle::storage("0", 3), 0, {1}, {1})}}));
  EXPECT_SAYS(refusal(torchLegacy(contrary, {"0"}, good)), "in two ways");
}

TEST_F(Hostile, LegacyPreamblesAreChecked) {
  const std::string magic = pickle::whole("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19");
  EXPECT_SAYS(refusal(magic + pickle::whole("M\xea\x03")), "a version of PyTorch's legacy format");
  EXPECT_SAYS(refusal(magic + pickle::whole("M\xe9\x03") + pickle::whole("N")), "on what machine");
  EXPECT_SAYS(refusal(pickle::whole("\x8a\x0a" + std::string(10, '\x11'))),
              "torch.save did not write");
  EXPECT_SAYS(refusal(pickle::whole("N")), "torch.save did not write");
  // A memo of one pickle does not reach into the next.
  EXPECT_SAYS(refusal(magic + pickle::whole("M\xe9\x03q\x05") + pickle::whole("}h\x05")),
              "recalls a value");
}

TEST_F(Hostile, StoragesOfUnknownTypesOnlyMatterOnTheWay) {
  const std::string strange =
      pickle::tuple({pickle::text("storage"), pickle::global("torch", "FutureStorage"),
                     pickle::text("s"), pickle::text("cpu"), "K\x04"}) +
      "Q";
  const std::string inZip =
      pickle::whole(pickle::dict({{"model", pickle::dict({{"w", kGoodTensor}})},
                                  {"other", pickle::tensor(strange, 0, {1}, {1})}}));
  EXPECT_EQ(refusal(torchZip(inZip, {{"0", kFourFloats}})), "");
  const std::string storages = legacyStorage(4, kFourFloats);
  EXPECT_EQ(refusal(torchLegacy(inZip, {"0", "s"}, storages + storages)), "");
  EXPECT_SAYS(refusal(torchLegacy(inZip, {"s", "0"}, storages + storages)),
              "\"torch.FutureStorage\"");
  EXPECT_SAYS(refusalOfTensor(pickle::tensor(strange, 0, {1}, {1})), "\"torch.FutureStorage\"");
}

}  // namespace
}  // namespace filterlens::test
