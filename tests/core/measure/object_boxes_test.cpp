#include "core/measure/object_boxes.h"

#include <gtest/gtest.h>

#include "core/measure/csv.h"
#include "tests/support/temporary_folder.h"

namespace filterlens {
namespace {

constexpr auto kHeader = "file,class,xmin,ymin,xmax,ymax,width,height\n";

Result<std::vector<PhotoBoxes>> parse(const std::string& lines) {
  return parseObjectBoxes(kHeader + lines, "boxes.csv");
}

TEST(Csv, FieldsGoThereAndBack) {
  const std::vector<std::string> fields{"a,b", "say \"no\"", "", "plain"};
  const auto line = csvLine(fields);
  EXPECT_EQ(line, "\"a,b\",\"say \"\"no\"\"\",,plain\n");
  EXPECT_EQ(csvFields(line.substr(0, line.size() - 1)), fields);
  EXPECT_EQ(csvFields(""), std::vector<std::string>{""});
}

TEST(ObjectBoxes, LinesOfOneFileAreItsObjects) {
  const auto photos = parse(
      "b.jpg,dog,10,20,40,60,100,80\r\n"
      "a.jpg,cat,0,0,5,6,7,8\n"
      "\n"
      "b.jpg,dog,50,0,100,80,100,80\n");
  ASSERT_TRUE(photos) << photos.error().sentence;
  ASSERT_EQ(photos->size(), 2U);
  const auto& first = photos->front();
  EXPECT_EQ(first.file, "b.jpg");
  EXPECT_EQ(first.className, "dog");
  EXPECT_EQ(first.width, 100);
  EXPECT_EQ(first.height, 80);
  ASSERT_EQ(first.boxes.size(), 2U);
  EXPECT_EQ(first.boxes[0].x, 10);
  EXPECT_EQ(first.boxes[0].y, 20);
  EXPECT_EQ(first.boxes[0].width, 30);
  EXPECT_EQ(first.boxes[0].height, 40);
  EXPECT_EQ(photos->back().file, "a.jpg");
}

TEST(ObjectBoxes, ColumnsAreFoundByName) {
  const auto photos = parseObjectBoxes(
      "\xEF\xBB\xBFwidth,height,note,ymin,xmin,ymax,xmax,class,file\n"
      "30,20,\"a, b\",1,2,3,4,dog,\"a,b.jpg\"",
      "boxes.csv");
  ASSERT_TRUE(photos) << photos.error().sentence;
  EXPECT_EQ(photos->front().file, "a,b.jpg");
  EXPECT_EQ(photos->front().boxes[0].x, 2);
  EXPECT_EQ(photos->front().boxes[0].y, 1);
}

struct BadLine {
  const char* lines;
  const char* part;  // of the sentence
};

class BadObjectBoxes : public testing::TestWithParam<BadLine> {};

TEST_P(BadObjectBoxes, AreNamedWithTheirLine) {
  const auto photos = parse(GetParam().lines);
  ASSERT_FALSE(photos);
  const auto& sentence = photos.error().sentence;
  EXPECT_TRUE(sentence.starts_with("boxes.csv")) << sentence;
  EXPECT_TRUE(sentence.ends_with(".")) << sentence;
  EXPECT_NE(sentence.find(GetParam().part), std::string::npos) << sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Lines, BadObjectBoxes,
    testing::Values(BadLine{"a,dog,1,2,3,4,10,10\nb,dog,1,2,3,4,10", "line 3: it has 7 values"},
                    BadLine{"a,dog,1,2,x,4,10,10", "xmax must be a whole number"},
                    BadLine{"a,dog,1,2,3.5,4,10,10", "not \"3.5\""},
                    BadLine{"a,dog,1,2,99999999999,4,10,10", "xmax must be a whole number"},
                    BadLine{"a,dog,3,2,3,4,10,10", "the box is empty"},
                    BadLine{"a,dog,1,4,3,2,10,10", "the box is empty"},
                    BadLine{"a,dog,-1,2,3,4,10,10", "over the edge of the picture (10 x 10)"},
                    BadLine{"a,dog,1,2,3,11,10,10", "over the edge"},
                    BadLine{"a,dog,1,2,3,4,0,10", "above 0"},
                    BadLine{",dog,1,2,3,4,10,10", "names no file"},
                    BadLine{"a,,1,2,3,4,10,10", "names no class"},
                    BadLine{"a,dog,1,2,3,4,10,10\na,cat,1,2,3,4,10,10", "of one class"},
                    BadLine{"a,dog,1,2,3,4,10,10\na,dog,1,2,3,4,11,10", "another size"},
                    BadLine{"", "lists no boxes"}));

TEST(ObjectBoxes, AHeaderThatLacksAColumnIsNamed) {
  const auto photos = parseObjectBoxes("file,class,xmin,ymin,xmax,ymax,width\n", "boxes.csv");
  ASSERT_FALSE(photos);
  EXPECT_NE(photos.error().sentence.find("\"height\""), std::string::npos);
}

TEST(ObjectBoxes, AFileThatCannotBeReadIsNamed) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("boxes.csv", std::string(kHeader) + "a,dog,1,2,3,4,10,10\n");
  EXPECT_TRUE(readObjectBoxes(path));
  for (const auto& bad : {folder.path() / "none.csv", folder.path()}) {
    const auto photos = readObjectBoxes(bad);
    ASSERT_FALSE(photos);
    EXPECT_NE(photos.error().sentence.find(bad.string()), std::string::npos);
  }
}

}  // namespace
}  // namespace filterlens
