# SPDX-License-Identifier: GPL-2.0
#
# A virt machine with an Arm SMMUv3, two CPUs and two NUMA nodes. The memory of
# the nodes adds up to the 1024 MiB that kunit.py gives to every machine. The
# size of a page is for the caller to choose: CONFIG_ARM64_64K_PAGES=y.

from ..qemu_config import QemuArchParams

QEMU_ARCH = QemuArchParams(linux_arch='arm64',
			   kconfig='''
CONFIG_SERIAL_AMBA_PL011=y
CONFIG_SERIAL_AMBA_PL011_CONSOLE=y
CONFIG_SMP=y
CONFIG_PCI=y
CONFIG_PCI_MSI=y
CONFIG_PCI_HOST_GENERIC=y
CONFIG_NUMA=y
CONFIG_IOMMU_SUPPORT=y
CONFIG_ARM_SMMU_V3=y
CONFIG_ARM_SMMU_V3_SVA=y''',
			   qemu_arch='aarch64',
			   kernel_path='arch/arm64/boot/Image.gz',
			   kernel_command_line='console=ttyAMA0',
			   extra_qemu_params=[
			   '-machine', 'virt,iommu=smmuv3,gic-version=3',
			   '-cpu', 'max,pauth-impdef=on',
			   '-smp', '2,sockets=2',
			   '-object', 'memory-backend-ram,id=m0,size=512M',
			   '-object', 'memory-backend-ram,id=m1,size=512M',
			   '-numa', 'node,nodeid=0,cpus=0,memdev=m0',
			   '-numa', 'node,nodeid=1,cpus=1,memdev=m1'])
