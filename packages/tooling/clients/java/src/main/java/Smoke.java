import com.google.cloud.NoCredentials;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.bigquery.DatasetInfo;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.QueryParameterValue;
import java.util.ArrayList;
import java.util.List;

/** Drives an emulator with Google's Java client; prints a JSON line for each step. Arguments: URL and project. */
public final class Smoke {
  private interface Step {
    void take() throws Exception;
  }

  private static final String CREATE_MODEL =
      "CREATE OR REPLACE MODEL java_clients.m OPTIONS (MODEL_TYPE='ONNX', "
          + "MODEL_PATH='gs://cloud-samples-data/bigquery/ml/onnx/resnet18.onnx')";
  private static final String CREATE_TABLE =
      "CREATE EXTERNAL TABLE java_clients.images WITH CONNECTION DEFAULT "
          + "OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://cloud-samples-data/vision/*.jpg'])";
  private static final String PREDICT =
      "SELECT class_label FROM ML.PREDICT(MODEL java_clients.m, (SELECT "
          + "ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS input "
          + "FROM java_clients.images WHERE uri LIKE '%/car.jpg'))";

  public static void main(String[] args) {
    BigQuery bigquery =
        BigQueryOptions.newBuilder()
            .setHost(args[0])
            .setProjectId(args[1])
            .setCredentials(NoCredentials.getInstance())
            .build()
            .getService();
    step("dataset", () -> bigquery.create(DatasetInfo.newBuilder("java_clients").setLocation("US").build()));
    step("model", () -> {
      query(bigquery, CREATE_MODEL);
      expect("ONNX", bigquery.getModel("java_clients", "m").getModelType());
    });
    step("object table", () -> query(bigquery, CREATE_TABLE));
    step("predict", () -> expect("[0]", query(bigquery, PREDICT).toString()));
    step("parameters", () -> {
      QueryJobConfiguration config =
          QueryJobConfiguration.newBuilder("SELECT @n + 1")
              .addNamedParameter("n", QueryParameterValue.int64(41))
              .build();
      expect("42", bigquery.query(config).iterateAll().iterator().next().get(0).getStringValue());
    });
    step("pages", () -> expect("1000", "" + query(bigquery, "SELECT n FROM UNNEST(GENERATE_ARRAY(1, 1000)) AS n").size()));
    step("errors", () -> {
      try {
        query(bigquery, "SELECT * FROM java_clients.no_table");
      } catch (BigQueryException error) {
        expect("404", "" + error.getCode());
        return;
      }
      throw new IllegalStateException("expected an error");
    });
    step("cleanup", () -> bigquery.delete("java_clients", BigQuery.DatasetDeleteOption.deleteContents()));
  }

  private static List<String> query(BigQuery bigquery, String sql) throws InterruptedException {
    List<String> values = new ArrayList<>();
    for (FieldValueList row : bigquery.query(QueryJobConfiguration.of(sql)).iterateAll()) {
      values.add(row.get(0).getStringValue());
    }
    return values;
  }

  private static void expect(String wanted, String got) {
    if (!wanted.equals(got)) throw new IllegalStateException("expected " + wanted + ", got " + got);
  }

  private static void step(String name, Step step) {
    String failure = "";
    try {
      step.take();
    } catch (Exception error) {
      String text = ("" + error).replace("\\", "/").replace("\"", "'").replaceAll("\\s+", " ");
      failure = ",\"failure\":\"" + text + "\"";
    }
    System.out.println("{\"step\":\"" + name + "\"" + failure + "}");
  }
}
