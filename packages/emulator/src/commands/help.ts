import packageJson from '../../package.json' with { type: 'json' };

export const HELP = `bqml-emulator ${packageJson.version}: BigQuery's image inference on this machine, offline

Usage:
  bqml-emulator [start] [flags]          serve BigQuery's API until Ctrl-C
  bqml-emulator query 'SELECT ...'       run one statement or script and print its rows; needs no server
  bqml-emulator env [flags]              print the variables that point clients here, for: eval "$(bqml-emulator env)"
  bqml-emulator credentials [flags]      print a fake service account file for clients that insist on one

Where it listens (start, env, credentials):
  --port PORT             default 9050; 0 picks a free port
  --host HOST             address to listen on, default 127.0.0.1
  --allow-host NAME       answer requests addressed to this host name too; may be repeated

What it works on (start, query):
  --project PROJECT       project of clients that name none, default bqml-project
  --location LOCATION     where datasets are made that name no location, default US
  --data-dir DIR          keeps datasets, tables, models and jobs; default .bqml-emulator in this directory
  --ephemeral             a temporary data directory that is removed at the end
  --seed FILE             makes what this YAML or JSON file names and what is not there yet: datasets, tables with
                          rows, buckets, connections, models; - reads standard input
  --bucket NAME=DIR       gs://NAME/ is this directory; may be repeated
  --buckets-root DIR      each folder in DIR is a bucket; default: buckets in the data directory
  --gcs-endpoint URL      use the buckets of a Cloud Storage service too, such as http://localhost:4443; new buckets
                          are made there
  --allow-public-gcs      read public buckets of the real Cloud Storage; the only thing that needs a network
  --predict-processes N   child processes that run models; default: cores minus one, at least two
  --onnx-compat VERSION   1.12 refuses what BigQuery's ONNX Runtime 1.12 cannot load; default installed
  --savedmodel-runtime V  onnx converts SavedModels to ONNX; tfjs-node runs them with @tensorflow/tfjs-node, which you
                          install; auto (default) uses it, where it is installed, for what is not converted
  --jpeg-idct IDCT        fast (default), as TensorFlow decodes JPEG, or accurate
  --bmp RULES             strict (default), as TensorFlow reads BMP, or lenient: palettes, 1, 4 and 16 bits, RLE
  --decode-downscale V    on (default) shrinks decoded images over 60 MB, as documented; or off
  --reservation V         off (default), or required: image functions, and models over object tables, need an
                          assignment of a reservation, as in BigQuery
  --iam V                 off (default), or strict: a connection must exist, where the dataset is, and its service
                          account must be a reader in the IAM policy of the bucket of an object table

query only:
  --format FORMAT         pretty (default), json or csv

  -h, --help              this text
  -v, --version           the version

Unless flags say otherwise, any connection name is accepted and no reservation is needed.
`;

export async function printVersion(): Promise<void> {
  process.stdout.write(`${packageJson.version}\n`);
}
