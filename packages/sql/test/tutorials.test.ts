import { describe, expect, it } from 'vitest';
import { parseStatement, print, SqlSyntaxError } from '../src/index.ts';

/** Statements of BigQuery's tutorials on object tables, ONNX, TensorFlow and remote models, with names filled in. */
const STATEMENTS = [
  'CREATE SCHEMA `p.resnet_inference_test`;',
  "CREATE OR REPLACE MODEL `bqml_tutorial.imported_onnx_model`\n OPTIONS (MODEL_TYPE='ONNX',\n  MODEL_PATH='gs://b/m.onnx')",
  "CREATE EXTERNAL TABLE `bqml_tutorial.goldfish_image_table`\nWITH CONNECTION `us.bqml_tutorial`\nOPTIONS(\nobject_metadata = 'SIMPLE',\nuris = ['gs://bqml_images/i.jpg'],\nmax_staleness = INTERVAL 1 DAY,\nmetadata_cache_mode = 'AUTOMATIC');",
  'SELECT\n  class_label\nFROM\n  ML.PREDICT(MODEL bqml_tutorial.imported_onnx_model,\n    (\n    SELECT\n      ML.RESIZE_IMAGE(ML.DECODE_IMAGE(DATA), 224, 224, FALSE) AS input\n    FROM\n      bqml_tutorial.goldfish_image_table))',
  "CREATE MODEL `p.d.m`\nOPTIONS(\n  model_type = 'TENSORFLOW',\n  model_path = 'gs://b/*');",
  'SELECT *\nFROM ML.PREDICT(\n  MODEL `d.resnet`,\n  (SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS input_1\n  FROM d.vision_images)\n);',
  'CREATE OR REPLACE TABLE mydataset.mytable AS (\n  SELECT ML.DECODE_IMAGE(data) AS decoded_image FROM mydataset.object_table\n  );',
  "SELECT * FROM\n  ML.PREDICT(\n    MODEL `d.m`,\n    (SELECT uri, ML.CONVERT_COLOR_SPACE(ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 280, TRUE), 'YIQ') AS input\n    FROM `d.object_table`\n    WHERE content_type = 'image/jpeg')\n  );",
  'SELECT * FROM\nML.PREDICT(\n  MODEL`d.m`,\n  (SELECT uri, ML.CONVERT_IMAGE_TYPE(ML.RESIZE_IMAGE(decoded_image, 480, 480, FALSE)) AS input\n  FROM `d.decoded_images`)\n);',
  'SELECT * FROM\n  ML.PREDICT(\n    MODEL `d.mixed_model`,\n    (SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(d.my_object_table.data), 224, 224, FALSE) AS f_img,\n      d.image_description.description AS f_txt\n    FROM `d.object_table`\n    JOIN `d.image_description`\n    ON object_table.uri = image_description.uri)\n  );',
  "CREATE OR REPLACE MODEL `p.bert_sentiment.bert_sentiment`\n    INPUT (test STRING)\n    OUTPUT(sentiment FLOAT64)\n    REMOTE WITH CONNECTION `p.US.vertex_connect`\n    OPTIONS(endpoint = 'https://us-central1-aiplatform.googleapis.com/v1/e')",
];

describe('tutorial statements', () => {
  it.each(STATEMENTS)('%s', (sql) => {
    const printed = print(parseStatement(sql));
    expect(print(parseStatement(printed))).toBe(printed);
  });

  it.each([
    [
      'CREATE OR REPLACE TABLE `my_dataset.decoded_images`\n  AS (SELECT ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data) 480, 480, FALSE) AS decoded_image\n  FROM `my_dataset.object_table`);',
      'Syntax error: Expected ")" but got integer literal "480" at [2:52]',
    ],
    [
      'CREATE OR REPLACE MODEL `p.d.m` AS\n    INPUT (test STRING)\n    OUTPUT(sentiment FLOAT64)\n    REMOTE WITH CONNECTION `p.US.c`',
      'Syntax error: Unexpected keyword INPUT at [2:5]',
    ],
  ])('refuses what BigQuery refuses: %s', (sql, message) => {
    let refusal: unknown;
    try {
      parseStatement(sql);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(SqlSyntaxError);
    expect(refusal).toMatchObject({ message, reason: 'invalidQuery', httpStatus: 400 });
  });
});
