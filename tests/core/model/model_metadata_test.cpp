// What a model file says about itself, and files of class names.
#include "core/model/model_metadata.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace filterlens::test {
namespace {

using Names = std::vector<std::string>;

TEST(ModelMetadata, ComesBackFromItsStrings) {
  ModelMetadata metadata;
  metadata.architecture = "xs";
  metadata.classNames = {"tench", "Käse \"犬\"", ""};
  metadata.preprocessing =
      Preprocessing{Preprocessing::Fit::Stretch, 160, 256, {0, 0, 0}, {1, 1, 1}};
  metadata.training = R"({"epochs":120})";
  auto strings = toStrings(metadata);
  EXPECT_EQ(strings.at("filterlens.architecture"), "xs");
  EXPECT_EQ(strings.size(), 4U);
  strings["format"] = "pt";

  const auto read = modelMetadataFrom(strings);
  ASSERT_TRUE(read) << read.error().sentence;
  EXPECT_EQ(read->architecture, metadata.architecture);
  EXPECT_EQ(read->classNames, metadata.classNames);
  EXPECT_EQ(read->preprocessing, metadata.preprocessing);
  EXPECT_EQ(read->training, metadata.training);
}

TEST(ModelMetadata, SaysNothingWhereNothingIsKnown) {
  EXPECT_TRUE(toStrings({}).empty());
  const auto read = modelMetadataFrom({{"format", "pt"}});
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->architecture || read->preprocessing || read->training);
  EXPECT_TRUE(read->classNames.empty());
}

TEST(ModelMetadata, RefusesStringsThatAreNotOurs) {
  for (const char* const names :
       {"cat, dog", "[1]", "{\"0\":\"cat\"}", "[[\"cat\"]]", "[\"cat\""}) {
    const auto read = modelMetadataFrom({{"filterlens.classes", names}});
    ASSERT_FALSE(read) << names;
    EXPECT_NE(read.error().sentence.find("filterlens.classes"), std::string::npos);
  }
  EXPECT_FALSE(modelMetadataFrom({{"filterlens.classes", std::string(1000000, '[')}}));
  EXPECT_FALSE(modelMetadataFrom({{"filterlens.preprocessing", "{\"fit\":\"bend\"}"}}));
  EXPECT_FALSE(modelMetadataFrom({{"filterlens.training", "{"}}));
}

class ClassNames : public ::testing::Test {
 protected:
  Names read(const std::string& fileName, const std::string& content) {
    const auto names = readClassNames(folder_.write(fileName, content));
    EXPECT_TRUE(names) << names.error().sentence;
    return names ? *names : Names();
  }
  std::string refusal(const std::string& fileName, const std::string& content) {
    const auto file = folder_.write(fileName, content);
    const auto names = readClassNames(file);
    if (names) return "";
    EXPECT_NE(names.error().sentence.find(file.string()), std::string::npos);
    return names.error().sentence;
  }

  TemporaryFolder folder_;
};

TEST_F(ClassNames, OneALine) {
  EXPECT_EQ(read("a.txt", "cat\ndog"), Names({"cat", "dog"}));
  EXPECT_EQ(read("b.txt", "\xef\xbb\xbf cat, tabby \r\n\tdog\r\n\r\n  \n"),
            Names({"cat, tabby", "dog"}));
  EXPECT_EQ(read("c.names", "Käse\n犬\n"), Names({"Käse", "犬"}));
  EXPECT_EQ(read("d.txt", "[unused]\n{x\n"), Names({"[unused]", "{x"}));
}

TEST_F(ClassNames, WordNetIdsAreTakenOffWhereEveryLineHasOne) {
  EXPECT_EQ(read("a.txt", "n01440764 tench, Tinca tinca\nn01443537 goldfish\n"),
            Names({"tench, Tinca tinca", "goldfish"}));
  EXPECT_EQ(read("b.txt", "n01440764 tench\ngoldfish\n"), Names({"n01440764 tench", "goldfish"}));
  EXPECT_EQ(read("c.txt", "n01440764\nn01443537\n"), Names({"n01440764", "n01443537"}));
}

TEST_F(ClassNames, Json) {
  EXPECT_EQ(read("a.json", R"(["cat", "dog"])"), Names({"cat", "dog"}));
  EXPECT_EQ(read("b.txt", " \n[\"cat\"]"), Names({"cat"}));
  EXPECT_EQ(read("c.json", R"({"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]})"),
            Names({"tench", "goldfish"}));
  EXPECT_EQ(read("d.json", R"({"1": "dog", "0": "cat"})"), Names({"cat", "dog"}));
  EXPECT_EQ(read("e.json", R"({"dog": 1, "cat": 0})"), Names({"cat", "dog"}));
  std::string many = "{";
  for (int i = 0; i < 12; ++i) {
    many += (i ? "," : "") + ("\"" + std::to_string(i) + "\":\"c" + std::to_string(i) + "\"");
  }
  EXPECT_EQ(read("f.json", many + "}")[11], "c11");
}

TEST_F(ClassNames, BadFilesGetASentence) {
  const auto says = [](const std::string& sentence, const std::string& part) {
    return sentence.find(part) != std::string::npos ? testing::AssertionSuccess()
                                                    : testing::AssertionFailure() << sentence;
  };
  EXPECT_TRUE(says(refusal("a.txt", ""), "none in it"));
  EXPECT_TRUE(says(refusal("b.txt", "\r\n \n"), "none in it"));
  EXPECT_TRUE(says(refusal("c.txt", "cat\n\n\ndog\n"), "line 2 is empty"));
  EXPECT_TRUE(says(refusal("d.txt", "K\xe4se\n"), "UTF-8"));
  EXPECT_TRUE(says(refusal("e.txt", std::string("c\0a\0t\0", 6)), "UTF-8"));
  EXPECT_TRUE(says(refusal("f.json", "[\"cat\""), "not JSON"));
  EXPECT_TRUE(says(refusal("g.json", "cat"), "not JSON"));
  EXPECT_TRUE(says(refusal("h.json", "[1]"), "no list of class names"));
  EXPECT_TRUE(says(refusal("i.json", "{\"a\": {}}"), "no list of class names"));
  EXPECT_TRUE(says(refusal("j.json", "{\"0\": \"a\", \"2\": \"b\"}"), "class 2 where class 1"));
  EXPECT_TRUE(says(refusal("k.json", "{\"a\": 0, \"b\": 0}"), "class 0 where class 1"));
  EXPECT_TRUE(says(refusal("l.json", "[\"a\", \" \"]"), "class 1 has no name"));
  EXPECT_TRUE(says(refusal("m.json", "[]"), "none in it"));
  EXPECT_TRUE(says(refusal("n.json", "{\"-1\": \"a\"}"), "class -1 where class 0"));
  EXPECT_TRUE(says(refusal("o.txt", std::string(5U << 20U, 'x')), "too large"));
  EXPECT_TRUE(says(refusal("p.json", std::string(4U << 20U, '[')), "not JSON"));
  const auto missing = readClassNames(folder_.path() / "none.txt");
  ASSERT_FALSE(missing);
  EXPECT_TRUE(says(missing.error().sentence, "no such file"));
  EXPECT_TRUE(says(readClassNames(folder_.path()).error().sentence, "folder"));
}

}  // namespace
}  // namespace filterlens::test
