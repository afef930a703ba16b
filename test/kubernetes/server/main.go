// A Kubernetes API server and its etcd in one program, for the tests in test/kubernetes.
//
// Usage: server etcd FOLDER CLIENT_PORT PEER_PORT
//
//	server apiserver FLAGS…   (those of kube-apiserver)
//
// It ends with its input: a test that dies leaves nothing behind.
package main

import (
	"fmt"
	"io"
	"net/url"
	"os"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	if len(os.Args) == 5 && os.Args[1] == "etcd" {
		etcd(os.Args[2], os.Args[3], os.Args[4])
		return
	}
	if len(os.Args) < 2 || os.Args[1] != "apiserver" {
		fmt.Fprintln(os.Stderr, "usage: server etcd FOLDER CLIENT_PORT PEER_PORT | server apiserver FLAGS…")
		os.Exit(2)
	}
	os.Args = os.Args[1:]
	os.Exit(cli.Run(apiserver.NewAPIServerCommand()))
}

// On loopback, without fsync: what it keeps ends with the test.
func etcd(folder, client, peer string) {
	at := func(port string) []url.URL { return []url.URL{{Scheme: "http", Host: "127.0.0.1:" + port}} }
	config := embed.NewConfig()
	config.Dir, config.UnsafeNoFsync, config.LogLevel = folder, true, "error"
	config.ListenClientUrls, config.AdvertiseClientUrls = at(client), at(client)
	config.ListenPeerUrls, config.AdvertisePeerUrls = at(peer), at(peer)
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	server, err := embed.StartEtcd(config)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stderr, <-server.Err())
	os.Exit(1)
}
