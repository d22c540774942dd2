// Drives an emulator with Google's Go client; prints a JSON line for each step.
//
//	go-client http://127.0.0.1:9050 PROJECT
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
)

const createModel = "CREATE OR REPLACE MODEL go_clients.m OPTIONS (MODEL_TYPE='ONNX', " +
	"MODEL_PATH='gs://cloud-samples-data/bigquery/ml/onnx/resnet18.onnx')"

const createTable = "CREATE EXTERNAL TABLE go_clients.images WITH CONNECTION DEFAULT " +
	"OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://cloud-samples-data/vision/*.jpg'])"

const predict = "SELECT class_label FROM ML.PREDICT(MODEL go_clients.m, (SELECT " +
	"ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS input FROM go_clients.images WHERE uri LIKE '%/car.jpg'))"

func main() {
	client, err := bigquery.NewClient(context.Background(), os.Args[2], option.WithEndpoint(os.Args[1]), option.WithoutAuthentication())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	run := func(step string, take func(context.Context, *bigquery.Client) error) {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		line := map[string]string{"step": step}
		if err := take(ctx, client); err != nil {
			line["failure"] = err.Error()
		}
		text, _ := json.Marshal(line)
		fmt.Println(string(text))
	}
	run("dataset", func(ctx context.Context, c *bigquery.Client) error {
		return c.Dataset("go_clients").Create(ctx, &bigquery.DatasetMetadata{Location: "US"})
	})
	run("model", func(ctx context.Context, c *bigquery.Client) error {
		job, err := c.Query(createModel).Run(ctx)
		if err != nil {
			return err
		}
		status, err := job.Wait(ctx)
		if err != nil {
			return err
		}
		if status.Err() != nil {
			return status.Err()
		}
		model, err := c.Dataset("go_clients").Model("m").Metadata(ctx)
		if err == nil && model.Type != "ONNX" {
			err = fmt.Errorf("type %s", model.Type)
		}
		return err
	})
	run("object table", func(ctx context.Context, c *bigquery.Client) error {
		_, err := rows(ctx, c.Query(createTable))
		return err
	})
	run("predict", func(ctx context.Context, c *bigquery.Client) error {
		got, err := rows(ctx, c.Query(predict))
		return expect(err, got, "[[0]]")
	})
	run("parameters and values", func(ctx context.Context, c *bigquery.Client) error {
		query := c.Query("SELECT @i, @s, @t, @a, STRUCT(1 AS x), CAST(NULL AS STRING)")
		moment := time.Date(2024, 2, 29, 12, 34, 56, 123456000, time.UTC)
		query.Parameters = []bigquery.QueryParameter{
			{Name: "i", Value: 5}, {Name: "s", Value: "x"}, {Name: "t", Value: moment}, {Name: "a", Value: []int64{1, 2}},
		}
		got, err := rows(ctx, query)
		return expect(err, got, "[[5 x 2024-02-29 12:34:56.123456 +0000 UTC [1 2] [1] <nil>]]")
	})
	run("pages", func(ctx context.Context, c *bigquery.Client) error {
		it, err := c.Query("SELECT n FROM UNNEST(GENERATE_ARRAY(1, 1000)) AS n").Read(ctx)
		if err != nil {
			return err
		}
		it.PageInfo().MaxSize = 300
		count := 0
		for {
			var row []bigquery.Value
			if err = it.Next(&row); err == iterator.Done {
				return expect(nil, count, "1000")
			} else if err != nil {
				return err
			}
			count++
		}
	})
	run("errors", func(ctx context.Context, c *bigquery.Client) error {
		_, err := rows(ctx, c.Query("SELECT * FROM go_clients.no_table"))
		var refusal *googleapi.Error
		if !errors.As(err, &refusal) || refusal.Code != 404 {
			return fmt.Errorf("expected a 404, got %v", err)
		}
		return nil
	})
	run("cleanup", func(ctx context.Context, c *bigquery.Client) error {
		return c.Dataset("go_clients").DeleteWithContents(ctx)
	})
}

func rows(ctx context.Context, query *bigquery.Query) ([][]bigquery.Value, error) {
	it, err := query.Read(ctx)
	if err != nil {
		return nil, err
	}
	var all [][]bigquery.Value
	for {
		var row []bigquery.Value
		if err := it.Next(&row); err == iterator.Done {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
}

func expect(err error, got any, wanted string) error {
	if err == nil && fmt.Sprint(got) != wanted {
		err = fmt.Errorf("expected %s, got %v", wanted, got)
	}
	return err
}
